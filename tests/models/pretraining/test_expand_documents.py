import pytest
import tensorflow as tf

from models.pretraining.check_relations import check_relations
from models.pretraining.expand_documents import expand_documents
from models.pretraining.options import PretrainingOptions
from models.tokenisation.sentence_pieces import SentencePieces
from models.tokenisation.text_encoder import TextEncoder
from models.user_error import UserError

ROWS = [
    {"text": b"the cat sat. A mat!\nthe cat sat on the mat\nunaffable", "channel": b"mail"},
    {"text": "中文。a b c\nthe mat sat on the cat\na b c a b c a b c a b c a b c a b c".encode()},
    {"text": b"\x07"},
]


def test_examples_fit_and_keep_their_documents_columns(encoder: TextEncoder) -> None:
    examples = list(expand_documents(ROWS, encoder, PretrainingOptions(copies=20)))
    assert {example["relation"] for example in examples} == {b"next", b"random"}
    for example in examples:
        texts = [tf.constant([example[name]]) for name in ("text", "text_pair")]
        pieces = sum(len(encoder.tokenize(text).flat_values) for text in texts)
        assert 2 <= pieces <= 13
        assert (example.get("channel") == b"mail") == (example["text"] in ROWS[0]["text"].replace(b"\n", b" "))


def test_equal_rows_give_equal_examples_and_others_give_others(encoder: TextEncoder) -> None:
    options = PretrainingOptions(copies=3)
    assert list(expand_documents(ROWS, encoder, options)) == list(expand_documents(ROWS, encoder, options))
    others = [{**ROWS[0], "text": ROWS[0]["text"] + b" on"}, *ROWS[1:]]
    assert list(expand_documents(ROWS, encoder, options)) != list(expand_documents(others, encoder, options))


def test_without_next_sentences_each_document_is_there_as_a_whole(encoder: TextEncoder) -> None:
    options = PretrainingOptions(next_sentence=False, short_fraction=0)
    examples = list(expand_documents(ROWS, encoder, options))
    assert all(set(example) <= {"text", "channel"} for example in examples)
    read = tf.constant([b" ".join(example["text"] for example in examples)])
    whole = tf.constant([b" ".join(row["text"] for row in ROWS)])
    assert encoder.tokenize(read).to_list() == encoder.tokenize(whole).to_list()


@pytest.mark.parametrize(
    ("relations", "reason"),
    [([b"next", b"next"], "the train split is one document"), ([b"random"], "no document .* has two sentences")],
)
def test_pairs_of_one_kind_are_refused_before_training(relations: list[bytes], reason: str) -> None:
    with pytest.raises(UserError, match=reason):
        check_relations([tf.constant(relations), tf.constant(relations)])
    check_relations([tf.constant(relations), tf.constant([b"next", b"random"])])


def test_pieces_of_another_kind_are_refused() -> None:
    pieces = SentencePieces(b"", 9, start_id=0, end_id=2, mask_id=8, unknown_id=3, model_unknown_id=0)
    with pytest.raises(UserError, match="masked_lm hides and guesses BERT's word pieces"):
        list(expand_documents(ROWS, TextEncoder(pieces, 16), PretrainingOptions()))
