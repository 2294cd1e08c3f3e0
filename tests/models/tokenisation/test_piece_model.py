from collections.abc import Callable

import pytest
import sentencepiece

from models.tokenisation.piece_model import PieceModel
from models.tokenisation.sentence_pieces import SentencePieces
from models.tokenisation.vocabulary import VocabularyError

TEXTS = ["one two three four"] * 20


@pytest.fixture(scope="module")
def serialized(train_pieces: Callable[..., bytes]) -> bytes:
    return train_pieces("xlm_roberta", TEXTS, vocab_size=40)


def _judge(model: bytes) -> sentencepiece.SentencePieceProcessor:
    return sentencepiece.SentencePieceProcessor(model_proto=model)


def test_tokens_are_those_that_sentencepiece_reads(serialized: bytes) -> None:
    model, judge = PieceModel(serialized, "m"), _judge(serialized)
    assert model.tokens == tuple(judge.id_to_piece(index) for index in range(judge.vocab_size()))
    assert model.unknown_id == judge.unk_id()


def test_what_is_not_read_is_kept(serialized: bytes) -> None:
    again = PieceModel(serialized, "m").serialized()
    assert _judge(again).encode("three  zwei") == _judge(serialized).encode("three  zwei")
    assert len(again) == len(serialized)


def test_scores_are_lowered_in_a_copy(serialized: bytes) -> None:
    model, judge = PieceModel(serialized, "m"), _judge(serialized)
    long = frozenset(piece for piece in judge.encode("three", out_type=str) if len(piece) > 1)
    lowered = _judge(model.with_lower_scores(long, 100.0).serialized())
    assert long
    assert long.isdisjoint(lowered.encode("three", out_type=str))
    assert long < set(_judge(model.serialized()).encode("three", out_type=str)) | {""}


@pytest.mark.parametrize("content", [b"", b"[PAD]\n[UNK]\n", b"\x00\xff\xff", b"\n\x03\n\x01a"])
def test_another_file_is_refused(content: bytes) -> None:
    with pytest.raises(VocabularyError, match="some file: not a SentencePiece model"):
        PieceModel(content, "some file")


def test_model_of_another_family_is_refused(serialized: bytes) -> None:
    with pytest.raises(VocabularyError, match=r"m: the SentencePiece model lacks \[CLS\], which every ALBERT's has"):
        SentencePieces.of_albert(PieceModel(serialized, "m"))


def test_ids_are_the_families_own(train_pieces: Callable[..., bytes], serialized: bytes) -> None:
    theirs = SentencePieces.of_xlm_roberta(PieceModel(serialized, "m"))
    size = _judge(serialized).vocab_size() + 2
    assert (theirs.start_id, theirs.end_id, theirs.unknown_id, theirs.mask_id, theirs.size) == (0, 2, 3, size - 1, size)
    albert = SentencePieces.of_albert(PieceModel(train_pieces("albert", TEXTS, vocab_size=40), "m"))
    assert (albert.start_id, albert.end_id, albert.mask_id, albert.unknown_id, albert.shift) == (2, 3, 4, 1, 0)
