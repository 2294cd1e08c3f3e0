"""Transform's `preprocessing_fn`: raw texts to token ids, in the graph that is served."""

import dataclasses
from typing import Any

import tensorflow as tf
import tensorflow_transform as tft

from models.labels import LABELS_FILE
from models.presets import load_vocabulary
from models.tasks.interface.chosen_task import ChosenTask
from models.tasks.interface.contract import Feature
from models.tokenisation.text_encoder import TextEncoder


@dataclasses.dataclass(frozen=True)
class Preprocessing:
    """What the transform graph depends on, besides the data.

    Attributes:
        task: The task, as `ChosenTask.to_json` writes it.
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
        inputs: Raw features, dense [batch] or [batch, 1] or sparse.
        custom_config: The fields of `Preprocessing`.

    Returns:
        What the task makes of texts and labels; integers as int64, as examples store them.
    """
    settings = Preprocessing(**custom_config)
    task = ChosenTask.from_json(settings.task).build()
    encoder = TextEncoder(load_vocabulary(settings.preset), settings.sequence_length)
    given = [feature for feature in task.features() if feature.name in inputs]
    values = {feature.name: feature_values(inputs[feature.name], feature) for feature in given}
    packed = task.pack({feature.name: values[feature.name] for feature in given if feature.role == "text"}, encoder)
    labels = {feature.name: values[feature.name] for feature in given if feature.role == "label"}
    names = task.label_names(labels)
    if names is not None:
        tft.vocabulary(names, vocab_filename=LABELS_FILE)
    return {name: storable(value) for name, value in {**packed, **task.pack_labels(labels, packed, encoder)}.items()}


def feature_values(values: Any, feature: Feature) -> Any:
    """The values of a feature in the form that tasks take.

    Args:
        values: As Transform gives them: dense [batch] or [batch, 1], or sparse [batch, n].
        feature: Which feature.

    Returns:
        string [batch], empty where a row has none; float32 [batch], NaN where a row has none; or, for `strings`,
        string ragged [batch, (n)].
    """
    is_sparse = isinstance(values, tf.SparseTensor)
    if feature.kind == "strings":
        return tf.RaggedTensor.from_sparse(values) if is_sparse else tf.RaggedTensor.from_tensor(_column(values))
    if is_sparse:
        default = "" if feature.kind == "string" else float("nan")
        values = tf.sparse.reset_shape(values, [values.dense_shape[0], 1])
        values = tf.sparse.to_dense(values, default_value=tf.constant(default, values.dtype))
    return tf.reshape(values, [-1])


def _column(values: tf.Tensor) -> tf.Tensor:
    return tf.reshape(values, [-1, 1])


def storable(values: Any) -> Any:
    """As examples store it: all integers are int64."""
    return tf.cast(values, tf.int64) if values.dtype.is_integer else values
