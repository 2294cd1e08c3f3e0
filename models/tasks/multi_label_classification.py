"""Multi-label classification: any number of labels, none included, for one text or for a pair of texts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pydantic
from typing_extensions import override

from models.tasks.answers.label_set import LabelSet
from models.tasks.interface.batch import Request, TrainingBatch
from models.tasks.interface.cell import flag_cell, labels_cell, text_cell
from models.tasks.interface.contract import Column, Feature, Features
from models.tasks.interface.evaluation import Evaluation, EvaluationMetric, Monitor
from models.tasks.interface.facts import Facts
from models.tasks.interface.judged_row import AnsweredRow, JudgedRow
from models.tasks.interface.loss_options import LossOptions
from models.tasks.interface.options import TaskOptions
from models.tasks.interface.signature import Signature
from models.tasks.interface.task import Task
from models.tasks.interface.watched_answer import WatchedAnswer

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

    from models.tasks.interface.batch import Tensors
    from models.tokenisation.text_encoder import TextEncoder

_TEXTS = (
    Column("text", "text", required=True, description="The text to classify."),
    Column("text_pair", "text", required=False, description="The second text, for tasks on pairs."),
)
_LABELS = Column("labels", "label", required=True, description="Its labels: a delimited string, or a list of labels.")
_THRESHOLDS = "thresholds"


class MultiLabelOptions(TaskOptions):
    """How labels are written, and when a label is served."""

    delimiter: str = pydantic.Field(
        default=",", min_length=1, description="What stands between the labels of a cell of the column `labels`."
    )
    label_columns: tuple[str, ...] = pydantic.Field(
        default=(),
        description="Instead of the column `labels`: columns named after the labels, each holding 0, 1, true or false.",
    )
    thresholds: Literal["tuned"] | float = pydantic.Field(
        default="tuned",
        description="The score from which a label is served: `tuned`, for each label the one that is best for its F1 "
        "on the eval split; or a number for all labels.",
    )

    @pydantic.field_validator("thresholds", mode="before")
    @classmethod
    def _threshold_is_a_score(cls, value: Any) -> Any:
        if value == "tuned" or (isinstance(value, float) and 0 < value < 1):
            return value
        raise ValueError("is tuned, or a number between 0 and 1")

    @pydantic.field_validator("label_columns")
    @classmethod
    def _label_columns_are_labels(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        taken = {column.name for column in _TEXTS}
        for name in names:
            if name in taken or names.count(name) > 1:
                raise ValueError(f"{name!r} is {'a text' if name in taken else 'there twice'}")
            if not name or name != name.strip() or not name.isprintable():
                raise ValueError(f"{name!r} is no label: it is empty, or holds white space around it or a line break")
        return names


class MultiLabelClassification(Task):
    """Chooses the labels of a text or a pair of texts, each by a decision of its own."""

    name: ClassVar[str] = "multi_label_classification"
    columns: ClassVar[tuple[Column, ...]] = (*_TEXTS, _LABELS)
    # Needs no thresholds, which are tuned after training. Pooled over labels: in a small eval split one label with
    # three rows would otherwise choose the epoch.
    monitor: ClassVar[Monitor] = Monitor("auc_pr", "max")
    options_class: ClassVar[type[TaskOptions]] = MultiLabelOptions
    label_feature: ClassVar[str | None] = "labels"
    # With one, rows that have it are told from rows that do not.
    min_labels: ClassVar[int] = 1
    loss_options: ClassVar[frozenset[str]] = frozenset({"class_weights"})

    options: MultiLabelOptions

    @override
    def used_columns(self) -> tuple[Column, ...]:
        flags = tuple(
            Column(name, "label", required=True, description=f"Whether the text has the label {name}.")
            for name in self.options.label_columns
        )
        return (*_TEXTS, *(flags or (_LABELS,)))

    @override
    def features(self) -> tuple[Feature, ...]:
        texts = tuple(feature for feature in super().features() if feature.role == "text")
        return (*texts, Feature("labels", "label", kind="strings"))

    @override
    def parse_row(self, row: Mapping[str, Any]) -> Features:
        texts = {name: text_cell(row, name) for name in self.text_columns()}
        if self.options.label_columns:
            labels = [name.encode() for name in self.options.label_columns if flag_cell(row, name)]
        else:
            labels = labels_cell(row, "labels", self.options.delimiter)
        return {**texts, "labels": tuple(sorted(set(labels)))}

    @override
    def answer_line(self, row: Mapping[str, str], answer: Mapping[str, Any]) -> str:
        texts = "\t".join(row[name] for name in self.text_columns())
        served = [pair for pair in zip(answer["labels"], answer["label_scores"], strict=True) if pair[0]]
        labels = ", ".join(label for label, _ in served) or "(none)"
        return f"{labels}\t{', '.join(f'{score:.3f}' for _, score in served)}\t{texts}"

    @override
    def plain_answer(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        count = len([label for label in answer["labels"] if label])
        return {**answer, **{name: answer[name][:count] for name in ("labels", "label_scores")}}

    @override
    def typed_answer(self, answer: Mapping[str, Any]) -> LabelSet:
        plain = self.plain_answer(answer)
        labels = dict(zip(plain["labels"], plain["label_scores"], strict=True))
        return LabelSet(labels, dict(zip(plain["classes"], plain["scores"], strict=True)))

    @override
    def watched_answer(self, answer: Mapping[str, Any]) -> WatchedAnswer:
        # The signature `classify` gives all scores, and not which of them reach their thresholds.
        served = answer.get("labels")
        return WatchedAnswer(labels=None if served is None else tuple(sorted({label for label in served if label})))

    @override
    def pack(self, texts: Mapping[str, "tf.Tensor"], encoder: "TextEncoder") -> dict[str, Any]:
        return dict(encoder.encode(*(texts[name] for name in self.text_columns())))

    @override
    def build_network(self, backbone: "keras.Model", facts: Facts, dropout: float) -> "keras.Model":
        from models.networks.classifier import build_classifier

        return build_classifier(backbone, num_outputs=len(facts.labels), dropout=dropout)

    @override
    def label_units(self, labels: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        from models.networks.classifier import LOGITS

        return {LOGITS: tuple(labels)}

    @override
    def training_batch(
        self, rows: "Tensors", inputs: Mapping[str, "tf.Tensor"], facts: Facts, seed: "tf.Tensor"
    ) -> TrainingBatch:
        from models.multi_label.label_sets import one_or_zero

        return TrainingBatch(inputs, one_or_zero(rows["labels"], facts.labels))

    @override
    def build_loss(self, facts: Facts, options: LossOptions) -> "keras.losses.Loss":
        from models.networks.binary_cross_entropy import build_binary_cross_entropy

        return build_binary_cross_entropy(options)

    @override
    def build_metrics(self, facts: Facts) -> list["keras.metrics.Metric"]:
        import keras

        from models.networks.micro_f1_of_logits import MicroF1OfLogits

        return [keras.metrics.AUC(curve="PR", from_logits=True, name="auc_pr"), MicroF1OfLogits(name="micro_f1")]

    @override
    def calibrate(self, predictions: Iterable[tuple[Any, Request]], facts: Facts) -> Mapping[str, tuple[float, ...]]:
        import numpy as np
        import tensorflow as tf

        from models.multi_label.label_sets import one_or_zero
        from models.multi_label.tuned_thresholds import ScoreCounts

        if self.options.thresholds != "tuned":
            return {_THRESHOLDS: (self.options.thresholds,) * len(facts.labels)}
        counts = ScoreCounts.of_no_rows(len(facts.labels))
        for logits, request in predictions:
            truth = one_or_zero(request.packed["labels"], facts.labels)
            counts = counts.with_rows(tf.sigmoid(logits).numpy(), np.asarray(truth) > 0)
        return {_THRESHOLDS: counts.best_thresholds()}

    @override
    def answers(self, outputs: Any, facts: Facts) -> dict[str, "tf.Tensor"]:
        """What is served: all scores, and the labels over their thresholds.

        `scores` float32 and `classes` string, [batch, labels]; `labels` string and `label_scores` float32, [batch, most
        labels over the threshold], the highest score first, padded with "" and 0.
        """
        import tensorflow as tf

        from models.multi_label.label_sets import labels_over

        scores = tf.sigmoid(outputs)
        labels, label_scores = labels_over(scores, facts.numbers[_THRESHOLDS], facts.labels)
        classes = tf.tile(tf.constant([facts.labels]), [tf.shape(scores)[0], 1])
        return {"labels": labels, "label_scores": label_scores, "classes": classes, "scores": scores}

    @override
    def signatures(self) -> Mapping[str, Signature]:
        # TensorFlow Serving's Classify wants exactly these two answers, both of rank 2.
        classify = Signature(self.text_columns(), input_name="inputs", answers=("classes", "scores"))
        return {**super().signatures(), "classify": classify}

    @override
    def evaluation(self) -> Evaluation:
        return Evaluation(
            label_key="labels",
            # The decisions of the model, by its thresholds, and its scores.
            prediction_key="",
            metrics={
                "micro_f1": EvaluationMetric("models.metrics.label_sets.LabelSetMicroF1"),
                "macro_f1": EvaluationMetric("models.metrics.label_sets.LabelSetMacroF1", by_label=True),
                "exact_match": EvaluationMetric("models.metrics.label_sets.LabelSetExactMatch"),
                "mean_average_precision": EvaluationMetric("models.metrics.average_precision.MeanAveragePrecision"),
                "example_count": EvaluationMetric("ExampleCount", higher_is_better=None),
            },
        )

    @override
    def judged_row(self, row: AnsweredRow) -> JudgedRow | None:
        from models.multi_label.judged_labels import judged_labels

        return judged_labels(row)


TASK = MultiLabelClassification
