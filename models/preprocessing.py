"""Transform's `preprocessing_fn`: raw texts to token ids, in the graph that is served."""

import dataclasses
from typing import Any

import tensorflow as tf
import tensorflow_transform as tft

from models.labels import LABELS_FILE
from models.presets import load_vocabulary
from models.tasks.registry import task_named
from models.tokenisation.text_encoder import TextEncoder


@dataclasses.dataclass(frozen=True)
class Preprocessing:
    """What the transform graph depends on, besides the data.

    Attributes:
        task: The task's name.
        preset: Whose vocabulary is used.
        sequence_length: Longest row of token ids, special tokens included.
    """

    task: str
    preset: str
    sequence_length: int

    def to_custom_config(self) -> dict[str, Any]:
        """As JSON values, for TFX."""
        return dataclasses.asdict(self)


def preprocessing_fn(inputs: dict[str, Any], custom_config: dict[str, Any]) -> dict[str, Any]:
    """Called by TFX Transform.

    Args:
        inputs: Raw features, string, dense [batch] or [batch, 1] or sparse.
        custom_config: The fields of `Preprocessing`.

    Returns:
        `token_ids` and, for pairs, `segment_ids`: int64 ragged [batch, (length)]; label columns as they are.
    """
    settings = Preprocessing(**custom_config)
    task = task_named(settings.task)
    encoder = TextEncoder(load_vocabulary(settings.preset), settings.sequence_length)
    texts = {name: flat_strings(inputs[name]) for name in task.text_columns() if name in inputs}
    outputs: dict[str, Any] = {name: tf.cast(ids, tf.int64) for name, ids in task.pack(texts, encoder).items()}
    for column in task.columns:
        if column.role == "label":
            outputs[column.name] = flat_strings(inputs[column.name])
            tft.vocabulary(outputs[column.name], vocab_filename=LABELS_FILE)
    return outputs


def flat_strings(values: Any) -> tf.Tensor:
    """One string for each row: string [batch], empty where a sparse feature has none."""
    if isinstance(values, tf.SparseTensor):
        values = tf.sparse.to_dense(tf.sparse.reset_shape(values, [values.dense_shape[0], 1]), default_value="")
    return tf.reshape(values, [-1])
