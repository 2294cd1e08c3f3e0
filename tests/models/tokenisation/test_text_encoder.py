import pytest
import tensorflow as tf

from models.tokenisation.text_encoder import TextEncoder
from models.tokenisation.vocabulary import SPECIAL_TOKENS, Vocabulary

VOCABULARY = Vocabulary((*SPECIAL_TOKENS, "a", "##b", "c"), lowercase=True)
FIRST = tf.constant(["ab c c", "", "C"])
SECOND = tf.constant(["c c c", "ab", ""])


@pytest.fixture(scope="module")
def encoder() -> TextEncoder:
    return TextEncoder(VOCABULARY, 6)


def test_tells_what_it_was_built_for(encoder: TextEncoder) -> None:
    assert (encoder.vocabulary, encoder.sequence_length) == (VOCABULARY, 6)


def test_single_texts_have_no_segments(encoder: TextEncoder) -> None:
    encoded = encoder.encode(FIRST)
    assert {name: tensor.to_list() for name, tensor in encoded.items()} == {
        "token_ids": [[2, 5, 6, 7, 7, 3], [2, 3], [2, 7, 3]]
    }


def test_pairs_are_cut_to_the_sequence_length(encoder: TextEncoder) -> None:
    encoded = encoder.encode(FIRST, SECOND)
    assert encoded["token_ids"].to_list() == [[2, 5, 6, 3, 7, 3], [2, 3, 5, 6, 3], [2, 7, 3, 3]]
    assert encoded["segment_ids"].to_list() == [[0, 0, 0, 0, 1, 1], [0, 0, 1, 1, 1], [0, 0, 0, 1]]


@pytest.mark.parametrize("texts", [(FIRST,), (FIRST, SECOND)], ids=["one text", "a pair"])
def test_encoding_is_tokenising_and_packing(encoder: TextEncoder, texts: tuple[tf.Tensor, ...]) -> None:
    expected = {name: tensor.to_list() for name, tensor in encoder.encode(*texts).items()}
    plain = [encoder.tokenize(each) for each in texts]
    located = [encoder.tokenize_with_offsets(each).ids for each in texts]
    for segments in (plain, located):
        assert {name: tensor.to_list() for name, tensor in encoder.pack(*segments).items()} == expected


def test_pieces_are_not_cut(encoder: TextEncoder) -> None:
    texts = tf.constant(["c " * 100])
    assert encoder.tokenize(texts).row_lengths().numpy().tolist() == [100]
    assert encoder.tokenize_with_offsets(texts).ends.to_list() == [list(range(1, 200, 2))]
