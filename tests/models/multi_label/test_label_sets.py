import numpy as np
import tensorflow as tf

from models.multi_label.label_sets import labels_over, one_or_zero

LABELS = ("anger", "fear", "joy")


def test_names_become_ones() -> None:
    names = tf.ragged.constant([["joy", "anger"], [], ["fear", "unknown"]], dtype=tf.string)
    assert one_or_zero(names, LABELS).numpy().tolist() == [[1, 0, 1], [0, 0, 0], [0, 1, 0]]


def test_no_row_has_a_label() -> None:
    names = tf.RaggedTensor.from_row_splits(tf.constant([], tf.string), [0, 0, 0])
    assert one_or_zero(names, LABELS).numpy().tolist() == [[0, 0, 0]] * 2


def test_the_graph_serves_what_plain_python_chooses() -> None:
    numbers = np.random.default_rng(2)
    labels = tuple(f"label {index}" for index in range(12))
    thresholds = [index / 20 for index in range(1, 13)]
    # Few different scores, some exactly at a threshold, so that rows have equal ones.
    scores = (numbers.integers(0, 21, (1000, 12)) / 20).astype("float32")
    names, label_scores = (part.numpy() for part in tf.function(labels_over)(tf.constant(scores), thresholds, labels))
    for row, served, its_scores in zip(scores, names, label_scores, strict=True):
        over = [index for index in range(12) if row[index] >= np.float32(thresholds[index])]
        expected = sorted(over, key=lambda index: (-row[index], index))
        fill = names.shape[1] - len(expected)
        assert served.tolist() == [labels[index].encode() for index in expected] + [b""] * fill
        assert its_scores.tolist() == [row[index] for index in expected] + [0] * fill
    assert names.shape[1] == max((row >= np.float32(thresholds)).sum() for row in scores)


def test_no_label_over_its_threshold() -> None:
    names, scores = labels_over(tf.fill([2, 3], 0.1), [0.5, 0.5, 0.5], LABELS)
    assert names.shape == scores.shape == (2, 0)


def test_no_rows() -> None:
    names, scores = labels_over(tf.zeros([0, 3]), [0.5, 0.5, 0.5], LABELS)
    assert names.shape == scores.shape == (0, 0)
