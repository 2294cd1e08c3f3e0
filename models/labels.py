"""The label vocabulary in a graph: labels as ids."""

import tensorflow as tf

LABELS_FILE = "labels"
"""Name under which Transform stores the vocabulary of the train split's labels."""

KEPT_LABELS = "kept_labels"
"""The entry of the Trainer's settings that names the classes besides those."""


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
