"""What a training has to remember besides tensors, in the form that checkpoints store."""

import dataclasses
import json

import tensorflow as tf

from models.training.early_stopping import EarlyStopping


@dataclasses.dataclass(frozen=True)
class TrainingState:
    """How far the epochs are; the steps are the optimizer's count.

    Attributes:
        epochs_done: Epochs that were evaluated, too.
        early_stopping: The rule after them.
    """

    epochs_done: int
    early_stopping: EarlyStopping


class StoredState(tf.train.experimental.PythonState):
    """A `TrainingState` as tf.train.Checkpoint takes it; `value` is replaced as a whole, never changed."""

    def __init__(self, value: TrainingState) -> None:
        """Starts with a value."""
        self.value = value

    def serialize(self) -> str:
        """As JSON."""
        return json.dumps(dataclasses.asdict(self.value))

    def deserialize(self, string_value: bytes) -> None:
        """Back from JSON.

        Args:
            string_value: What `serialize` gave.
        """
        fields = json.loads(string_value)
        self.value = TrainingState(fields["epochs_done"], EarlyStopping(**fields["early_stopping"]))
