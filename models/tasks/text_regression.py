"""Text regression: a number for a text, or for a pair of texts, such as how alike they are."""

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from models.tasks.answers.number import Number
from models.tasks.interface.batch import TrainingBatch
from models.tasks.interface.cell import number_cell, text_cell
from models.tasks.interface.contract import Column, Feature, Features
from models.tasks.interface.evaluation import Evaluation, EvaluationMetric, Monitor
from models.tasks.interface.facts import Facts
from models.tasks.interface.judged_row import AnsweredRow, JudgedRow
from models.tasks.interface.loss_options import LossOptions
from models.tasks.interface.signature import Signature
from models.tasks.interface.task import Task
from models.tasks.interface.watched_answer import WatchedAnswer
from models.user_error import UserError

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

    from models.tasks.interface.batch import Tensors
    from models.tokenisation.text_encoder import TextEncoder


class TextRegression(Task):
    """Gives a text or a pair of texts a number in the units of the training data, whatever their range."""

    name: ClassVar[str] = "text_regression"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("text", "text", required=True, description="The text to score."),
        Column("text_pair", "text", required=False, description="The second text, for scores of pairs."),
        Column("score", "label", required=True, description="Its score: any finite number."),
    )
    # Not a correlation: that is as high for answers of which all are too large.
    monitor: ClassVar[Monitor] = Monitor("mse", "min")
    label_feature: ClassVar[str | None] = None

    @override
    def features(self) -> tuple[Feature, ...]:
        texts = tuple(feature for feature in super().features() if feature.role == "text")
        return (*texts, Feature("score", "label", kind="number"))

    @override
    def parse_row(self, row: Mapping[str, Any]) -> Features:
        texts = {name: text_cell(row, name) for name in self.text_columns()}
        return {**texts, "score": number_cell(row, "score")}

    @override
    def answer_line(self, row: Mapping[str, str], answer: Mapping[str, Any]) -> str:
        texts = "\t".join(row[name] for name in self.text_columns())
        return f"{answer['score']:.6g}\t{texts}"

    @override
    def typed_answer(self, answer: Mapping[str, Any]) -> Number:
        return Number(answer["score"])

    @override
    def watched_answer(self, answer: Mapping[str, Any]) -> WatchedAnswer:
        return WatchedAnswer(number=answer.get("score"))

    @override
    def pack(self, texts: Mapping[str, "tf.Tensor"], encoder: "TextEncoder") -> dict[str, Any]:
        return dict(encoder.encode(*(texts[name] for name in self.text_columns())))

    @override
    def measure(self, rows: Iterable["Tensors"], facts: Facts) -> Mapping[str, tuple[float, ...]]:
        from models.target_scale import TargetScale

        scale = TargetScale.of_blocks(block["score"].numpy() for block in rows)
        if not scale.deviation:
            raise UserError(
                f"every row of the split train has the score {scale.mean:g}, so that there is nothing to learn; check "
                "which column `data.columns` takes for the score"
            )
        return scale.to_numbers()

    @override
    def build_network(self, backbone: "keras.Model", facts: Facts, dropout: float) -> "keras.Model":
        from models.networks.classifier import build_classifier

        return build_classifier(backbone, num_outputs=1, dropout=dropout)

    @override
    def training_batch(
        self, rows: "Tensors", inputs: Mapping[str, "tf.Tensor"], facts: Facts, seed: "tf.Tensor"
    ) -> TrainingBatch:
        from models.target_scale import TargetScale

        targets = TargetScale.of_numbers(facts.numbers).standardised(rows["score"])
        return TrainingBatch(inputs, targets[:, None])

    @override
    def build_loss(self, facts: Facts, options: LossOptions) -> "keras.losses.Loss":
        import keras

        return keras.losses.MeanSquaredError()

    @override
    def build_metrics(self, facts: Facts) -> list["keras.metrics.Metric"]:
        import keras

        # Of standardised scores: 1 for a model that always answers their mean.
        return [keras.metrics.MeanSquaredError(name="mse")]

    @override
    def answers(self, outputs: Any, facts: Facts) -> dict[str, "tf.Tensor"]:
        """`score` float32 [batch], in the units of the training data."""
        from models.target_scale import TargetScale

        return {"score": TargetScale.of_numbers(facts.numbers).restored(outputs[:, 0])}

    @override
    def signatures(self) -> Mapping[str, Signature]:
        # TensorFlow Serving's Regress wants exactly this one answer, under this name.
        regress = Signature(
            self.text_columns(), input_name="inputs", answers=("score",), output_names={"score": "outputs"}
        )
        return {**super().signatures(), "regress": regress}

    @override
    def evaluation(self) -> Evaluation:
        return Evaluation(
            label_key="score",
            prediction_key="score",
            metrics={
                "mse": EvaluationMetric(
                    "models.metrics.number_errors.SquaredErrorOfPairs", higher_is_better=False, bounds=(0, math.inf)
                ),
                "mae": EvaluationMetric(
                    "models.metrics.number_errors.AbsoluteErrorOfPairs", higher_is_better=False, bounds=(0, math.inf)
                ),
                "pearson": EvaluationMetric("models.metrics.pearson.Pearson", bounds=(-1, 1)),
                "spearman": EvaluationMetric("models.metrics.spearman.Spearman", bounds=(-1, 1)),
                "example_count": EvaluationMetric("ExampleCount", higher_is_better=None),
            },
        )

    @override
    def judged_row(self, row: AnsweredRow) -> JudgedRow | None:
        true, answer = row.true_number(), row.answers["score"].item()
        return JudgedRow(f"{true:g}", f"{answer:.4g}", abs(answer - true), numbers=(true, answer))


TASK = TextRegression
