from typing import Any

import pytest
import tensorflow as tf
import tensorflow_transform as tft

from models.label_order import ordered_labels
from models.labels import LABELS_FILE
from models.preprocessing import feature_values
from models.presets import load_vocabulary
from models.tasks.interface.contract import Feature
from models.tokenisation.text_encoder import TextEncoder


def test_transform_tokenises_as_the_encoder_does(transform_output: tft.TFTransformOutput, tiny_preset: str) -> None:
    texts = tf.constant(["a very good film", "", "GREAT fööd", "the " * 50])
    layer = transform_output.transform_features_layer()
    transformed = layer({"text": texts[:, tf.newaxis], "label": tf.fill([4, 1], "good")})
    expected = TextEncoder(load_vocabulary(tiny_preset), sequence_length=12).encode(texts)
    assert transformed["token_ids"].to_list() == expected["token_ids"].to_list()
    assert [len(row) for row in transformed["token_ids"].to_list()] == [6, 2, 4, 12]


def test_rows_keep_their_true_length(transform_output: tft.TFTransformOutput) -> None:
    assert isinstance(transform_output.transformed_feature_spec()["token_ids"], tf.io.RaggedFeature)


def test_labels_of_the_data_become_the_vocabulary(transform_output: tft.TFTransformOutput) -> None:
    assert ordered_labels(transform_output.vocabulary_by_name(LABELS_FILE)) == ("bad", "good")


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        ("string", tf.constant([["a"], [""], ["c"]]), [b"a", b"", b"c"]),
        ("string", tf.constant(["a", "", "c"]), [b"a", b"", b"c"]),
        ("string", tf.SparseTensor([[0, 0], [2, 0]], ["a", "c"], [3, 1]), [b"a", b"", b"c"]),
        ("string", tf.SparseTensor(tf.zeros([0, 2], tf.int64), tf.constant([], tf.string), [2, 0]), [b"", b""]),
        ("number", tf.SparseTensor([[1, 0]], [2.5], [2, 1]), [float("nan"), 2.5]),
        ("number", tf.constant([[1.0], [-2.0]]), [1.0, -2.0]),
        ("strings", tf.SparseTensor([[0, 0], [0, 1], [2, 0]], ["a", "b", "c"], [3, 2]), [[b"a", b"b"], [], [b"c"]]),
        ("strings", tf.constant([["a"], ["b"]]), [[b"a"], [b"b"]]),
    ],
)
def test_columns_have_the_form_that_tasks_take(kind: Any, values: Any, expected: list[Any]) -> None:
    found = feature_values(values, Feature("x", "label", kind))
    plain = found.to_list() if isinstance(found, tf.RaggedTensor) else found.numpy().tolist()
    assert repr(plain) == repr(expected)
