"""Text classification: one label for one text."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from models.tasks.cell import label_cell, text_cell
from models.tasks.task import Column, Evaluation, EvaluationMetric, Features, LossOptions, Monitor, Task

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

    from models.tokenisation.text_encoder import TextEncoder


class TextClassification(Task):
    """Chooses one label for a text; labels are strings or integers, served as strings."""

    name: ClassVar[str] = "text_classification"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("text", "text", required=True, description="The text to classify."),
        Column("label", "label", required=True, description="Its class: a string or an integer."),
    )
    monitor: ClassVar[Monitor] = Monitor("accuracy", "max")
    min_labels: ClassVar[int] = 2
    loss_options: ClassVar[frozenset[str]] = frozenset({"class_weights", "label_smoothing"})

    @override
    def parse_row(self, row: Mapping[str, Any]) -> Features:
        return {"text": text_cell(row, "text"), "label": label_cell(row, "label")}

    @override
    def label_values(self, features: Mapping[str, bytes]) -> tuple[bytes, ...]:
        return (features["label"],)

    @override
    def answer_line(self, row: Mapping[str, str], answer: Mapping[str, Any]) -> str:
        return f"{answer['label']}\t{answer['score']:.3f}\t{row['text']}"

    @override
    def pack(self, texts: Mapping[str, "tf.Tensor"], encoder: "TextEncoder") -> dict[str, "tf.RaggedTensor"]:
        return encoder.encode(texts["text"])

    @override
    def build_network(self, backbone: "keras.Model", labels: tuple[str, ...], dropout: float) -> "keras.Model":
        from models.networks.classifier import build_classifier

        return build_classifier(backbone, num_outputs=len(labels), dropout=dropout)

    @override
    def build_loss(self, labels: tuple[str, ...], options: LossOptions) -> "keras.losses.Loss":
        from models.networks.cross_entropy import build_cross_entropy

        return build_cross_entropy(options, num_classes=len(labels))

    @override
    def build_metrics(self, labels: tuple[str, ...]) -> list["keras.metrics.Metric"]:
        import keras

        return [keras.metrics.SparseCategoricalAccuracy(name="accuracy")]

    @override
    def encode_labels(self, features: Mapping[str, "tf.Tensor"], labels: tuple[str, ...]) -> "tf.Tensor":
        from models.labels import label_ids

        return label_ids(features["label"], labels)

    @override
    def answers(self, outputs: "tf.Tensor", labels: tuple[str, ...]) -> dict[str, "tf.Tensor"]:
        """`label` string [batch], `score` float32 [batch], `classes` string and `scores` float32 [batch, labels]."""
        import tensorflow as tf

        scores = tf.nn.softmax(outputs)
        names = tf.constant(labels)
        return {
            "label": tf.gather(names, tf.argmax(scores, axis=-1)),
            "score": tf.reduce_max(scores, axis=-1),
            "classes": tf.tile(names[tf.newaxis], [tf.shape(scores)[0], 1]),
            "scores": scores,
        }

    @override
    def example_signatures(self) -> Mapping[str, tuple[str, ...]]:
        # TensorFlow Serving's Classify wants exactly these two, both of rank 2.
        return {"classify": ("classes", "scores")}

    @override
    def evaluation(self) -> Evaluation:
        return Evaluation(
            label_key="label",
            prediction_key="scores",
            metrics={
                "accuracy": EvaluationMetric("SparseCategoricalAccuracy"),
                "macro_f1": EvaluationMetric("models.metrics.macro_f1.MacroF1"),
                "mcc": EvaluationMetric("models.metrics.matthews_correlation.MatthewsCorrelation"),
                "cross_entropy": EvaluationMetric("SparseCategoricalCrossentropy", higher_is_better=False),
                "example_count": EvaluationMetric("ExampleCount", higher_is_better=None),
            },
        )


TASK = TextClassification()
