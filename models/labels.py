"""The label vocabulary: its order, and labels as ids."""

from collections.abc import Iterable

import tensorflow as tf

LABELS_FILE = "labels"
"""Name under which Transform stores the vocabulary of the train split's labels."""


def ordered_labels(names: Iterable[bytes]) -> tuple[str, ...]:
    """Orders label names: by number where all are integers, else by code points; the same names, the same order."""
    decoded = {name.decode() for name in names}
    if all(name.lstrip("-").isdecimal() for name in decoded):
        return tuple(sorted(decoded, key=int))
    return tuple(sorted(decoded))


def label_ids(names: tf.Tensor, labels: tuple[str, ...]) -> tf.Tensor:
    """Looks labels up.

    Args:
        names: string [batch].
        labels: The vocabulary.

    Returns:
        int64 [batch]; -1 for a name that is not in the vocabulary.
    """
    keys = tf.constant(labels)
    table = tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(keys, tf.range(len(labels), dtype=tf.int64)), default_value=-1
    )
    return table.lookup(names)
