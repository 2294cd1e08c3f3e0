"""Tags as the targets and weights of a network's loss."""

from collections.abc import Sequence

import tensorflow as tf

from models.labels import label_ids
from models.named_entities.iob2_tags import iob2_tags


def tag_targets(tags: tf.RaggedTensor, types: Sequence[str], inputs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Looks tags up and puts them where the network answers for their pieces.

    Args:
        tags: Those of each window's pieces, without special tokens: string [rows, (pieces)].
        types: The names of the entity types.
        inputs: What the network reads, [rows, length], `[CLS]` first.

    Returns:
        The numbers of tags, int64, and weights, float32, both [rows, length]; both 0 where a piece has no tag.
    """
    ids = tags.with_values(label_ids(tags.values, iob2_tags(types)))
    ids = ids.to_tensor(default_value=-1, shape=tf.stack([-1, tf.shape(inputs)[1] - 1]))
    ids = tf.pad(ids, [[0, 0], [1, 0]], constant_values=-1)
    return tf.maximum(ids, 0), tf.cast(ids >= 0, tf.float32)
