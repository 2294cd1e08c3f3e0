import tensorflow as tf

from models.labels import label_ids


def test_unknown_label_has_no_id() -> None:
    assert label_ids(tf.constant(["b", "a", "c"]), ("a", "b")).numpy().tolist() == [1, 0, -1]
