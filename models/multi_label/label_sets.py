"""Sets of labels as tensors: from names to ones and zeros, and from scores to the names that are served."""

from collections.abc import Sequence

import tensorflow as tf

from models.labels import label_ids


def one_or_zero(names: tf.RaggedTensor, labels: tuple[str, ...]) -> tf.Tensor:
    """Says for each label whether a row has it.

    Args:
        names: string [batch, (n)], each once in a row.
        labels: The vocabulary.

    Returns:
        float32 [batch, labels]; names that are not in the vocabulary are left out.
    """
    ones = tf.one_hot(label_ids(names.flat_values, labels), len(labels))
    return tf.math.unsorted_segment_sum(ones, names.value_rowids(), names.nrows())


def labels_over(scores: tf.Tensor, thresholds: Sequence[float], labels: tuple[str, ...]) -> tuple[tf.Tensor, tf.Tensor]:
    """Chooses the labels whose score reaches their threshold.

    Args:
        scores: float32 [batch, labels].
        thresholds: One for each label.
        labels: The vocabulary.

    Returns:
        Names, string, and scores, float32, both [batch, n], where n is the largest number of labels that a row has; the
        highest score first, equal ones in the order of the vocabulary; padded with "" and 0.
    """
    is_served = scores >= tf.constant(thresholds, tf.float32)
    counts = tf.math.count_nonzero(is_served, axis=-1, dtype=tf.int32)
    # Of an empty batch, the largest number is the least integer.
    width = tf.maximum(tf.reduce_max(counts), 0)
    # No score is below 0.
    order = tf.argsort(tf.where(is_served, scores, -1.0), direction="DESCENDING", stable=True)[:, :width]
    is_filled = tf.range(width) < counts[:, tf.newaxis]
    names = tf.where(is_filled, tf.gather(tf.constant(labels), order), "")
    return names, tf.where(is_filled, tf.gather(scores, order, batch_dims=1), 0.0)
