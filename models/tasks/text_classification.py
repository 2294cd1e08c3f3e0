"""Text classification: one label for one text, or for a pair of texts."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from models.tasks.answers.classification import Classification
from models.tasks.interface.batch import TrainingBatch
from models.tasks.interface.cell import label_cell, text_cell
from models.tasks.interface.contract import Column, Features
from models.tasks.interface.evaluation import Evaluation, EvaluationMetric, Monitor
from models.tasks.interface.facts import Facts
from models.tasks.interface.judged_row import AnsweredRow, Confidence, Decision, JudgedRow
from models.tasks.interface.loss_options import LossOptions
from models.tasks.interface.signature import Signature
from models.tasks.interface.task import Task
from models.tasks.interface.watched_answer import WatchedAnswer

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

    from models.tasks.interface.batch import Tensors
    from models.tokenisation.text_encoder import TextEncoder


class TextClassification(Task):
    """Chooses one label for a text or a pair of texts; labels are strings or integers, served as strings."""

    name: ClassVar[str] = "text_classification"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("text", "text", required=True, description="The text to classify."),
        Column("text_pair", "text", required=False, description="The second text, for tasks on pairs."),
        Column("label", "label", required=True, description="Its class: a string or an integer."),
    )
    monitor: ClassVar[Monitor] = Monitor("accuracy", "max")
    min_labels: ClassVar[int] = 2
    loss_options: ClassVar[frozenset[str]] = frozenset({"class_weights", "label_smoothing"})

    @override
    def parse_row(self, row: Mapping[str, Any]) -> Features:
        texts = {name: text_cell(row, name) for name in self.text_columns()}
        return {**texts, "label": label_cell(row, "label")}

    @override
    def answer_line(self, row: Mapping[str, str], answer: Mapping[str, Any]) -> str:
        texts = "\t".join(row[name] for name in self.text_columns())
        return f"{answer['label']}\t{answer['score']:.3f}\t{texts}"

    @override
    def typed_answer(self, answer: Mapping[str, Any]) -> Classification:
        scores = dict(zip(answer["classes"], answer["scores"], strict=True))
        return Classification(answer["label"], answer["score"], scores)

    @override
    def watched_answer(self, answer: Mapping[str, Any]) -> WatchedAnswer:
        if {"label", "score"} <= answer.keys():
            return WatchedAnswer(labels=(answer["label"],), confidence=answer["score"])
        # The signature `classify` gives no more than these.
        if not {"classes", "scores"} <= answer.keys():
            return WatchedAnswer()
        scores = dict(zip(answer["classes"], answer["scores"], strict=True))
        label = max(scores, key=scores.__getitem__)
        return WatchedAnswer(labels=(label,), confidence=scores[label])

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
        from models.labels import label_ids

        return TrainingBatch(inputs, label_ids(rows["label"], facts.labels))

    @override
    def build_loss(self, facts: Facts, options: LossOptions) -> "keras.losses.Loss":
        from models.networks.cross_entropy import build_cross_entropy

        return build_cross_entropy(options, num_classes=len(facts.labels))

    @override
    def build_metrics(self, facts: Facts) -> list["keras.metrics.Metric"]:
        import keras

        return [keras.metrics.SparseCategoricalAccuracy(name="accuracy")]

    @override
    def answers(self, outputs: Any, facts: Facts) -> dict[str, "tf.Tensor"]:
        """`label` string [batch], `score` float32 [batch], `classes` string and `scores` float32 [batch, labels]."""
        import tensorflow as tf

        scores = tf.nn.softmax(outputs)
        names = tf.constant(facts.labels)
        return {
            "label": tf.gather(names, tf.argmax(scores, axis=-1)),
            "score": tf.reduce_max(scores, axis=-1),
            "classes": tf.tile(names[tf.newaxis], [tf.shape(scores)[0], 1]),
            "scores": scores,
        }

    @override
    def signatures(self) -> Mapping[str, Signature]:
        # TensorFlow Serving's Classify wants exactly these two answers, both of rank 2.
        classify = Signature(self.text_columns(), input_name="inputs", answers=("classes", "scores"))
        return {**super().signatures(), "classify": classify}

    @override
    def evaluation(self) -> Evaluation:
        return Evaluation(
            label_key="label",
            prediction_key="scores",
            metrics={
                "accuracy": EvaluationMetric("models.metrics.accuracy.Accuracy"),
                "macro_f1": EvaluationMetric("models.metrics.macro_f1.MacroF1"),
                "mcc": EvaluationMetric("models.metrics.matthews_correlation.MatthewsCorrelation", bounds=(-1, 1)),
                "auc": EvaluationMetric("models.metrics.class_scores.RocAuc"),
                "ece": EvaluationMetric("models.metrics.class_scores.ExpectedCalibrationError", higher_is_better=False),
                "cross_entropy": EvaluationMetric(
                    "models.metrics.class_scores.CrossEntropy", higher_is_better=False, bounds=(0, math.inf)
                ),
                "example_count": EvaluationMetric("ExampleCount", higher_is_better=None),
            },
        )

    @override
    def judged_row(self, row: AnsweredRow) -> JudgedRow | None:
        """The error of a wrong answer is how much more sure of it the model was than of the truth."""
        classes = [name.decode() for name in row.answers["classes"]]
        scores = dict(zip(classes, map(float, row.answers["scores"]), strict=True))
        truth, answer = row.truth[0].decode(), max(scores, key=scores.__getitem__)
        return JudgedRow(
            truth=truth,
            answer=answer,
            error=scores[answer] - scores.get(truth, 0.0),
            score=scores[answer],
            classes=(truth, answer),
            confidences=(Confidence(scores[answer], truth == answer),),
            decisions=tuple(Decision(name, score, name == truth) for name, score in scores.items()),
        )


TASK = TextClassification
