"""The interface of a task: its data contract, its labels, its network and its answers."""

import abc
import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

    from models.tokenisation.text_encoder import TextEncoder

Features = dict[str, bytes]
"""Values of one row by canonical column name, as they are stored in a tf.Example."""


class RowError(ValueError):
    """A row that the task cannot use; its message is the reason that the rejects file gives."""


@dataclasses.dataclass(frozen=True)
class Column:
    """A column of a task's data contract.

    Attributes:
        name: The canonical name, which is the feature's name in examples and requests.
        role: `text` is what the model reads, at serving time too; `label` is known in training data only.
        required: Whether every row must have it.
        description: What it holds, for the config reference and for messages.
    """

    name: str
    role: Literal["text", "label"]
    required: bool
    description: str


@dataclasses.dataclass(frozen=True)
class Monitor:
    """The validation metric by which early stopping chooses the best epoch."""

    metric: str
    mode: Literal["max", "min"]


@dataclasses.dataclass(frozen=True)
class EvaluationMetric:
    """One number that TFMA computes.

    Attributes:
        class_name: A metric of TFMA or Keras, or the dotted path of another.
        higher_is_better: Its direction; None where no value is better than another, such as for a count.
        config: Constructor arguments besides the name: JSON values, as TFMA's MetricConfig takes them.
    """

    class_name: str
    higher_is_better: bool | None = True
    config: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Evaluation:
    """How TFMA judges the answers of a task.

    Attributes:
        label_key: The feature that holds the truth.
        prediction_key: The answer that metrics compare with it.
        metrics: What is counted, by the name that thresholds and reports use.
    """

    label_key: str
    prediction_key: str
    metrics: Mapping[str, EvaluationMetric]


@dataclasses.dataclass(frozen=True)
class LossOptions:
    """What a user changed about the loss; a task is given only what it lists in `loss_options`.

    Attributes:
        class_weights: How much the rows of each label count, in the order of the labels; None where all count the same.
        label_smoothing: Share of each label to spread evenly over all of them.
    """

    class_weights: tuple[float, ...] | None = None
    label_smoothing: float = 0.0


class Task(abc.ABC):
    """What is predicted from what. A task is one subclass in a module of its own.

    The first half is plain Python (rows); the second imports TensorFlow when it is called, so that the command line can
    check a config without it.
    """

    name: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    monitor: ClassVar[Monitor]
    min_labels: ClassVar[int] = 0
    """How many labels the train split must have at least: below that there is nothing to learn."""
    loss_options: ClassVar[frozenset[str]] = frozenset()
    """The fields of `LossOptions` that its loss heeds; a config that sets another is refused."""

    @abc.abstractmethod
    def parse_row(self, row: Mapping[str, Any]) -> Features:
        """Turns a row of a file, under canonical names, into features.

        Args:
            row: Values by canonical column name; strings from CSV, any JSON value from JSONL. Missing columns are
                absent or None.

        Returns:
            The UTF-8 bytes of each column of the contract that the row has.

        Raises:
            RowError: The row cannot be used.
        """

    @abc.abstractmethod
    def label_values(self, features: Mapping[str, bytes]) -> tuple[bytes, ...]:
        """The label names that one row uses: each must occur in the train split. Empty where labels are numbers."""

    def content(self, features: Mapping[str, bytes]) -> bytes:
        """What makes two rows the same text, whatever their labels: decides the split and finds leaks."""
        texts = [features.get(column.name, b"") for column in self.columns if column.role == "text"]
        return b"\x1f".join(texts)

    def text_columns(self) -> tuple[str, ...]:
        """Canonical names of the columns that the model reads, in order."""
        return tuple(column.name for column in self.columns if column.role == "text")

    @abc.abstractmethod
    def answer_line(self, row: Mapping[str, str], answer: Mapping[str, Any]) -> str:
        """For a person: the served answer, whose tensors are plain values here, and the texts; tabs between columns."""

    @abc.abstractmethod
    def pack(self, texts: Mapping[str, "tf.Tensor"], encoder: "TextEncoder") -> dict[str, "tf.RaggedTensor"]:
        """Turns raw texts into what the network reads; the same graph for training, evaluation and serving.

        Args:
            texts: string [batch] by text column.
            encoder: Tokenises and packs.

        Returns:
            `token_ids` and `segment_ids`, int32 ragged [batch, (length)].
        """

    @abc.abstractmethod
    def build_network(self, backbone: "keras.Model", labels: tuple[str, ...], dropout: float) -> "keras.Model":
        """Puts the task's head on a backbone.

        Args:
            backbone: Takes `token_ids`, `segment_ids`, `padding_mask`, each int32 [batch, length].
            labels: The label vocabulary, in the order of the network's outputs.
            dropout: Rate before the head.

        Returns:
            A model of the same inputs whose outputs, float32, `build_loss` and `answers` understand.
        """

    @abc.abstractmethod
    def build_loss(self, labels: tuple[str, ...], options: LossOptions) -> "keras.losses.Loss":
        """The training loss between `encode_labels` and the network's outputs, a mean over rows.

        Args:
            labels: The label vocabulary.
            options: Those of the task's `loss_options`; all others have their defaults.
        """

    @abc.abstractmethod
    def build_metrics(self, labels: tuple[str, ...]) -> list["keras.metrics.Metric"]:
        """Metrics that training reports; one carries the name of `monitor.metric`."""

    @abc.abstractmethod
    def encode_labels(self, features: Mapping[str, "tf.Tensor"], labels: tuple[str, ...]) -> "tf.Tensor":
        """The loss's targets, [batch, …], from the label columns (string [batch] each)."""

    @abc.abstractmethod
    def answers(self, outputs: "tf.Tensor", labels: tuple[str, ...]) -> dict[str, "tf.Tensor"]:
        """What is served for the network's outputs: tensors of first dimension [batch], by output name."""

    @abc.abstractmethod
    def example_signatures(self) -> Mapping[str, tuple[str, ...]]:
        """Further signatures on serialized tf.Examples (input `inputs`), by name: the answers that each returns."""

    @abc.abstractmethod
    def evaluation(self) -> Evaluation:
        """How TFMA judges `serve_examples`."""
