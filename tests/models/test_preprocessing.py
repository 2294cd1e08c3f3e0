import tensorflow as tf
import tensorflow_transform as tft

from models.label_order import ordered_labels
from models.labels import LABELS_FILE
from models.preprocessing import flat_strings
from models.presets import load_vocabulary
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


def test_sparse_and_dense_columns_are_one_string_a_row() -> None:
    sparse = tf.sparse.from_dense(tf.constant([["a"], [""], ["c"]]))
    for values in (tf.constant([["a"], [""], ["c"]]), tf.constant(["a", "", "c"]), sparse):
        assert flat_strings(values).numpy().tolist() == [b"a", b"", b"c"]
