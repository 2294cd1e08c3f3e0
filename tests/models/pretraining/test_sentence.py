import pytest
import tensorflow as tf

from models.pretraining.sentence import located_sentences, text_of
from models.tokenisation.text_encoder import TextEncoder

TEXTS = ["The unaffable CAT!", "", "中文 a.b", "naïve  日 \x07 cat", "x" * 101 + " a", "한국 cat"]


def test_words_lie_where_they_stand_and_have_the_pieces_that_the_model_reads(encoder: TextEncoder) -> None:
    sentences = located_sentences(TEXTS, encoder)
    assert [word[1:] for word in sentences[0].words()] == [(0, 3, 1), (4, 13, 3), (14, 17, 1), (17, 18, 1)]
    lengths = encoder.tokenize(tf.constant([text.encode() for text in TEXTS])).row_lengths().numpy().tolist()
    assert [sentence.num_pieces for sentence in sentences] == lengths
    assert [sum(word.num_pieces for word in sentence.words()) for sentence in sentences] == lengths
    assert sentences[1].num_pieces == 0


@pytest.mark.parametrize("text", [text for text in TEXTS if text])
def test_any_run_of_words_is_read_as_these_words(encoder: TextEncoder, text: str) -> None:
    (sentence,) = located_sentences([text], encoder)
    words = list(sentence.words())
    whole = encoder.tokenize(tf.constant([text])).to_list()[0]
    for begin in range(len(words)):
        for end in range(begin + 1, len(words) + 1):
            first = sum(word.num_pieces for word in words[:begin])
            number = sum(word.num_pieces for word in words[begin:end])
            part = text_of(words[begin:end])
            assert encoder.tokenize(tf.constant([part])).to_list() == [whole[first : first + number]]


def test_a_long_sentence_is_taken_in_parts_without_loss(encoder: TextEncoder) -> None:
    (sentence,) = located_sentences(["the unaffable cat sat on the unaffable mat ."], encoder)
    parts = list(sentence.parts(4))
    assert [part.num_pieces for part in parts] == [4, 4, 4, 1]
    assert [word[1:] for part in parts for word in part.words()] == [word[1:] for word in sentence.words()]
    assert list(sentence.parts(13)) == [sentence]
    # A word is never cut.
    assert [part.num_pieces for part in sentence.parts(1)] == [1, 3, 1, 1, 1, 1, 3, 1, 1]


def test_equal_sentences_one_after_the_other_stay_two(encoder: TextEncoder) -> None:
    first, second = located_sentences(["a", "a"], encoder)
    assert text_of([*first.words(), *second.words()]) == "a a"
