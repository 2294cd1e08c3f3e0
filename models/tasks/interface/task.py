"""The interface of a task: its data contract, its network and its answers."""

import abc
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from models.tasks.interface.batch import Request, TrainingBatch
from models.tasks.interface.contract import Column, Feature, Features
from models.tasks.interface.evaluation import Evaluation, Monitor
from models.tasks.interface.facts import Facts
from models.tasks.interface.judged_row import AnsweredRow, JudgedRow
from models.tasks.interface.loss_options import LossOptions
from models.tasks.interface.options import TaskOptions
from models.tasks.interface.signature import Signature
from models.tasks.interface.watched_answer import WatchedAnswer

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

    from models.tasks.interface.batch import Tensors
    from models.tokenisation.text_encoder import TextEncoder


class Task(abc.ABC):
    """What is predicted from what. A task is one subclass in a module of its own.

    The first part is plain Python (rows); the rest imports TensorFlow when it is called, so that the command line can
    check a config without it. Rows pass through it in this order: `parse_row` in the ingest, `pack` and `pack_labels`
    in Transform, `windows` and `training_batch` in training; requests through `pack`, `windows` and `answers`.
    """

    name: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    monitor: ClassVar[Monitor]
    options_class: ClassVar[type[TaskOptions]] = TaskOptions
    """The fields of the config's `task_options`."""
    label_feature: ClassVar[str | None] = "label"
    """The feature whose values are the label names; None where labels are no names, or no feature of their own."""
    min_labels: ClassVar[int] = 0
    """How many labels the train split must have at least: below that there is nothing to learn."""
    loss_options: ClassVar[frozenset[str]] = frozenset()
    """The fields of `LossOptions` that its loss heeds; a config that sets another is refused."""
    expands_rows: ClassVar[bool] = False
    """Whether `expand` makes other examples of rows than one for each."""
    cuts_windows: ClassVar[bool] = False
    """Whether `windows` makes several rows of one text."""
    needs_word_pieces: ClassVar[bool] = False
    """Whether it takes a BERT vocabulary apart; others can do with any pieces."""
    judges_pieces: ClassVar[bool] = False
    """Whether its metrics count word pieces, so that they say nothing of models with other ones."""
    keeps_start: ClassVar[bool] = False
    """Whether the network as it is before training is judged, too: training then never ends with a worse one."""

    def __init__(self, options: TaskOptions | None = None, optional_texts: Collection[str] = ()) -> None:
        """Configures the task.

        Args:
            options: An instance of `options_class`; None for the defaults.
            optional_texts: The text columns that are not required and are part of this task all the same.
        """
        self.options = options or self.options_class()
        self._optional_texts = frozenset(optional_texts)

    # Rows.

    def used_columns(self) -> tuple[Column, ...]:
        """The columns of the user's files, where the options decide which there are; `columns`, unless overridden."""
        return self.columns

    @abc.abstractmethod
    def parse_row(self, row: Mapping[str, Any]) -> Features:
        """Turns a row of a file, under canonical names, into features.

        Args:
            row: Values by canonical column name; strings from CSV, any JSON value from JSONL. Missing columns are
                absent or None.

        Returns:
            A value for each of `features` that the row has; strings as UTF-8.

        Raises:
            RowError: The row cannot be used.
        """

    def features(self) -> tuple[Feature, ...]:
        """What examples hold: a string for each column that is part of the task, unless a task says otherwise."""
        return tuple(
            Feature(column.name, column.role, required=column.role == "text" or column.required)
            for column in self.used_columns()
            if column.role == "label" or column.required or column.name in self._optional_texts
        )

    def text_columns(self) -> tuple[str, ...]:
        """Names of the features that the model reads, in order."""
        return tuple(feature.name for feature in self.features() if feature.role == "text")

    def fault_of_columns(self, names: Collection[str]) -> str | None:
        """Why a file cannot be read that has the required columns, for tasks that take one or the other.

        Args:
            names: The canonical names of the columns that the file has.

        Returns:
            A sentence on what is missing; None where nothing is.
        """
        return None

    def fault_of_sequence_length(self, sequence_length: int) -> str | None:
        """Why rows of so many word pieces do not go with the task's options; None where they do.

        Args:
            sequence_length: The longest row, special tokens included.

        Returns:
            A sentence that begins with the option's name and a colon.
        """
        return None

    def label_values(self, features: Features) -> tuple[bytes, ...]:
        """The label names that one row uses: each must occur in the train split. Empty where labels are no names."""
        value = features.get(self.label_feature) if self.label_feature else None
        if isinstance(value, bytes):
            return (value,)
        return value if isinstance(value, tuple) else ()

    def content(self, features: Features) -> bytes:
        """What makes two rows the same text, whatever their labels: decides the split and finds leaks."""
        texts = [features.get(name, b"") for name in self.text_columns()]
        return b"\x1f".join(text for text in texts if isinstance(text, bytes))

    def expand(self, rows: Sequence[Features], encoder: "TextEncoder") -> Iterable[Features]:
        """Makes examples of rows that are more than an example each, such as documents.

        Called in the ingest where `expands_rows` is true, with rows of one split that lie together in a file, some
        megabytes at a time. Equal rows must give equal examples: what is random has to follow from the rows.

        Args:
            rows: What `parse_row` gave, and the columns that are kept beside it.
            encoder: Tokenises, and knows how long examples may be.

        Returns:
            Values for `features`, and the columns that are kept.
        """
        return rows

    @abc.abstractmethod
    def answer_line(self, row: Mapping[str, str], answer: Mapping[str, Any]) -> str:
        """For a person: the served answer, whose tensors are plain values here, and the texts; tabs between columns."""

    def plain_answer(self, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        """For a program: the served answer for one row, without what only fills tensors up."""
        return answer

    def typed_answer(self, answer: Mapping[str, Any]) -> Any:
        """For a program in Python: the same as an object of the task's own type; a dictionary unless overridden."""
        return dict(self.plain_answer(answer))

    def watched_answer(self, answer: Mapping[str, Any]) -> WatchedAnswer:
        """For monitoring: what of a served answer may tell that times have changed; nothing, unless overridden.

        Args:
            answer: Plain values by output, of any of the task's signatures: some may be missing.
        """
        return WatchedAnswer()

    # Transform: the same graph for training, evaluation and serving.

    @abc.abstractmethod
    def pack(self, texts: Mapping[str, "tf.Tensor"], encoder: "TextEncoder") -> dict[str, Any]:
        """Turns raw texts into token ids and what else is needed later, such as offsets.

        Args:
            texts: string [batch] by text column; those that a signature of the task takes.
            encoder: Tokenises and packs.

        Returns:
            Tensors [batch] or [batch, n] and ragged tensors [batch, (n)]: integers, floats or strings. Where `windows`
            is not overridden, these are `token_ids` and, for pairs, `segment_ids`.
        """

    def pack_labels(self, labels: "Tensors", packed: "Tensors", encoder: "TextEncoder") -> dict[str, Any]:
        """Turns label features into what training needs; as they are, unless a task says otherwise.

        Args:
            labels: Label features: string [batch], float32 [batch] (NaN where a row has none), or string [batch, (n)].
            packed: What `pack` gave.
            encoder: Tokenises and packs.
        """
        return dict(labels)

    def label_names(self, labels: "Tensors") -> "tf.Tensor | None":
        """The label names in label features, string [n], of which Transform makes the vocabulary; None for none."""
        if self.label_feature is None:
            return None
        values = labels[self.label_feature]
        return getattr(values, "flat_values", values)

    # The network.

    def windows(self, packed: "Tensors", encoder: "TextEncoder") -> "Tensors":
        """Turns what `pack` and `pack_labels` gave into rows that the network can read; one for one, unless overridden.

        Args:
            packed: [batch, …].
            encoder: Packs, and knows how long rows may be.

        Returns:
            `token_ids` and, for pairs, `segment_ids`, both ragged [rows, (length)], and what else `training_batch` and
            `answers` need, [rows, …]. Where `cuts_windows` is false there are as many rows for each of
            the batch, as a rule one.
        """
        return packed

    def row_lengths(self, rows: "Tensors") -> "tf.Tensor":
        """By what rows are put together in batches, int64 [batch]: their length in pieces.

        Args:
            rows: What `pack` and `pack_labels` gave; or `windows`, where `cuts_windows` is true.
        """
        lengths: tf.Tensor = rows["token_ids"].row_lengths()
        return lengths

    @abc.abstractmethod
    def build_network(self, backbone: "keras.Model", facts: Facts, dropout: float) -> "keras.Model":
        """Puts the task's head on a backbone.

        Args:
            backbone: Takes `token_ids`, `segment_ids`, `padding_mask`, each int32 [batch, length].
            facts: Labels and numbers.
            dropout: Rate before the head.

        Returns:
            A model of the inputs that `training_batch` gives; its outputs, float32, are what `build_loss` and `answers`
            understand.
        """

    def label_units(self, labels: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """Which weights of the network belong to labels, so that a model with other labels can give them by name.

        Args:
            labels: The label vocabulary.

        Returns:
            By the name of a layer of the network, what the last axis of each of its weights stands for, in order; none
            where no weight belongs to a label.
        """
        return {}

    # Training.

    def measure(self, rows: Iterable["Tensors"], facts: Facts) -> Mapping[str, tuple[float, ...]]:
        """Numbers about the train split that network or answers need, such as the mean of numeric labels.

        Args:
            rows: The train split in blocks, as `pack` and `pack_labels` left it.
            facts: Labels.
        """
        return {}

    @abc.abstractmethod
    def training_batch(
        self, rows: "Tensors", inputs: Mapping[str, "tf.Tensor"], facts: Facts, seed: "tf.Tensor"
    ) -> TrainingBatch:
        """Turns rows into inputs, targets and weights of one step.

        Args:
            rows: What `windows` gave.
            inputs: The padded `token_ids`, `segment_ids` and `padding_mask`, int32 [rows, length].
            facts: Labels and numbers.
            seed: int32 [2], for stateless random numbers: another for every batch and epoch, the same at every run;
                for evaluation the same at every pass.
        """

    @abc.abstractmethod
    def build_loss(self, facts: Facts, options: LossOptions) -> "keras.losses.Loss | dict[str, keras.losses.Loss]":
        """The training loss between targets and outputs, a mean over rows; one for each output where there are several.

        Args:
            facts: Labels and numbers.
            options: Those of the task's `loss_options`; all others have their defaults.
        """

    @abc.abstractmethod
    def build_metrics(self, facts: Facts) -> "list[keras.metrics.Metric] | dict[str, list[keras.metrics.Metric]]":
        """Metrics that training reports, by output where there are several; one carries the name of `monitor.metric`.

        This one can be one of `whole_split_metrics` instead.

        Keras puts the output's name and `_` before the names of metrics where there are several outputs.
        """

    def chosen_monitor(self) -> Monitor:
        """The metric that chooses the best epoch, where the options decide; `monitor`, unless overridden."""
        return self.monitor

    def whole_split_metrics(self, predictions: Iterable[tuple[Any, Request]], facts: Facts) -> Mapping[str, float]:
        """Metrics of the eval split that need all of its rows at once, such as ranks; `monitor` may name one of them.

        They are counted after each epoch, on the network as it would be served.

        Args:
            predictions: As `calibrate` takes them; nothing is computed before they are asked for.
            facts: Labels and numbers.

        Raises:
            UserError: The split cannot be judged by the metric that chooses the best epoch.
        """
        return {}

    def calibrate(self, predictions: Iterable[tuple[Any, Request]], facts: Facts) -> Mapping[str, tuple[float, ...]]:
        """Numbers that are chosen on the eval split once the network is trained, such as thresholds.

        Args:
            predictions: The network's outputs and what they were made from, batch by batch; `packed` holds the labels.
            facts: Labels and numbers.
        """
        return {}

    # Serving.

    def served_network(self, network: "keras.Model", facts: Facts) -> "keras.Model":
        """The network that is served, made of the trained one's layers where its inputs are others than a BERT's."""
        return network

    def serving_inputs(self, inputs: Mapping[str, "tf.Tensor"], facts: Facts, signature: str) -> Mapping[str, Any]:
        """What the served network is given for a signature's rows; a BERT's three inputs, unless overridden.

        Args:
            inputs: The padded `token_ids`, `segment_ids` and `padding_mask`, int32 [rows, length].
            facts: Labels and numbers.
            signature: A name of `signatures`, or `serve_tokens`.
        """
        return inputs

    @abc.abstractmethod
    def answers(self, outputs: Any, facts: Facts) -> dict[str, "tf.Tensor"]:
        """What is served for the network's outputs alone: tensors of first dimension [rows], by output name."""

    def answers_to(self, outputs: Any, request: Request, facts: Facts) -> dict[str, "tf.Tensor"]:
        """What is served for texts: tensors of first dimension [batch]; as for outputs alone, unless overridden."""
        return self.answers(outputs, facts)

    def signatures(self) -> Mapping[str, Signature]:
        """The signatures on texts, by name; there is one on token ids (`serve_tokens`) besides."""
        texts = self.text_columns()
        return {"serving_default": Signature(texts), "serve_examples": Signature(texts, input_name="examples")}

    def write_assets(self, network: "keras.Model", facts: Facts, folder: str) -> None:
        """Writes files that travel with the served model, such as a preset for other tasks; none unless overridden.

        Args:
            network: The trained network.
            facts: Labels and numbers.
            folder: The SavedModel's `assets.extra`, which servers ignore.
        """
        return

    @abc.abstractmethod
    def evaluation(self) -> Evaluation:
        """How TFMA judges the task."""

    def judged_row(self, row: AnsweredRow) -> JudgedRow | None:
        """What a row of the evaluation tells a person, for the report; None, unless overridden, or if it tells nothing.

        Args:
            row: The row, with the answers of `evaluation().signature`.
        """
        return None
