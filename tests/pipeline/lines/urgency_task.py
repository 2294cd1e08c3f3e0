"""A task of a user's own, in one file outside the project: how urgent a message is, as a probability."""

from typing import Any, ClassVar

import keras
import tensorflow as tf

from models.networks.classifier import build_classifier
from models.tasks.interface.batch import TrainingBatch
from models.tasks.interface.cell import text_cell
from models.tasks.interface.contract import Column, Feature, Features, RowError
from models.tasks.interface.evaluation import Evaluation, EvaluationMetric, Monitor
from models.tasks.interface.options import TaskOptions
from models.tasks.interface.task import Task


class UrgencyOptions(TaskOptions):
    """What a config can set."""

    urgent: str = "yes"


class Urgency(Task):
    """Says how likely a message is urgent."""

    name: ClassVar[str] = "urgency"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("message", "text", required=True, description="The message."),
        Column("urgent", "label", required=True, description="Whether it was urgent, in words."),
    )
    monitor: ClassVar[Monitor] = Monitor("accuracy", "max")
    options_class: ClassVar[type[TaskOptions]] = UrgencyOptions
    label_feature: ClassVar[str | None] = None
    options: UrgencyOptions

    def features(self) -> tuple[Feature, ...]:
        return (Feature("message", "text"), Feature("urgent", "label", "number"))

    def parse_row(self, row: Any) -> Features:
        if row["urgent"] not in ("yes", "no"):
            raise RowError("urgent is neither yes nor no")
        return {"message": text_cell(row, "message"), "urgent": float(row["urgent"] == self.options.urgent)}

    def answer_line(self, row: Any, answer: Any) -> str:
        return f"{answer['probability']:.2f}\t{row['message']}"

    def pack(self, texts: Any, encoder: Any) -> dict[str, Any]:
        return dict(encoder.encode(texts["message"]))

    def build_network(self, backbone: Any, facts: Any, dropout: float) -> keras.Model:
        return build_classifier(backbone, num_outputs=1, dropout=dropout)

    def training_batch(self, rows: Any, inputs: Any, facts: Any, seed: Any) -> TrainingBatch:
        return TrainingBatch(inputs, rows["urgent"][:, tf.newaxis])

    def build_loss(self, facts: Any, options: Any) -> keras.losses.Loss:
        return keras.losses.BinaryCrossentropy(from_logits=True)

    def build_metrics(self, facts: Any) -> list[keras.metrics.Metric]:
        return [keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)]

    def answers(self, outputs: Any, facts: Any) -> dict[str, tf.Tensor]:
        """`probability` float32 [batch]."""
        return {"probability": tf.sigmoid(outputs[:, 0])}

    def evaluation(self) -> Evaluation:
        metrics = {"accuracy": EvaluationMetric("BinaryAccuracy"), "auc": EvaluationMetric("AUC")}
        return Evaluation(label_key="urgent", prediction_key="probability", metrics=metrics)
