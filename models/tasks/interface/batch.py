"""What passes between the graphs and a task: batches for training, and what an answer is made from."""

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import tensorflow as tf

    Tensors = Mapping[str, tf.Tensor | tf.RaggedTensor]


@dataclasses.dataclass(frozen=True)
class TrainingBatch:
    """What Keras' `fit` takes.

    Attributes:
        inputs: The network's inputs by name.
        targets: What the loss compares outputs with; a mapping for a network of several outputs.
        weights: How much each target counts, of the targets' form without their last axes; None where all count the
            same. Metrics leave out what has no weight.
    """

    inputs: Mapping[str, Any]
    targets: Any
    weights: Any = None


@dataclasses.dataclass(frozen=True)
class Request:
    """Some texts on their way through the network.

    Attributes:
        packed: What `Task.pack` made of them, [batch, …].
        rows: What `Task.windows` made of that: the rows that the network read, [rows, …].
        texts: The raw texts by column, string [batch]; empty during calibration, where they are not known.
        inputs: What the network read, by name, [rows, …]; empty during calibration.
        signature: Which signature asks; empty during calibration.
    """

    packed: "Tensors"
    rows: "Tensors"
    texts: "Mapping[str, tf.Tensor]"
    inputs: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    signature: str = ""
