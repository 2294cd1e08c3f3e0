"""Entities by SentencePiece's pieces: from places to tags and back, in characters of the raw text."""

import json
from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf

from models.named_entities.decode_entities import decode_entities
from models.named_entities.entities import Entity
from models.named_entities.entity_strings import entity_string
from models.named_entities.iob2_tags import iob2_tags
from models.named_entities.spans_of_words import spans_of_words
from models.tasks.token_classification import TokenClassification
from models.tokenisation.piece_model import PieceModel
from models.tokenisation.sentence_pieces import SentencePieces
from models.tokenisation.text_encoder import TextEncoder

TYPES = ("LOC", "PER")
TAGS = iob2_tags(TYPES)
CASES = [
    ("Ann left Rome.", ["PER Ann", "LOC Rome"]),
    ("  Ann   Lee\t, Rome\u3000! ", ["PER Ann   Lee", "LOC Rome"]),
    ("王明在北京工作", ["PER 王明", "LOC 北京"]),
    ("😀 Ann 👍🏽, Rome 👩‍👩‍👧", ["PER Ann", "LOC Rome"]),
    ("José, jose\u0301 and Ａｎｎ", ["PER José", "PER jose\u0301", "PER Ａｎｎ"]),
    ("ﬁona in ﬁ", ["PER ﬁona", "LOC ﬁ"]),
    ("at ㍿ x㍿", ["LOC ㍿"]),
    ("(Rome)-Ann's", ["LOC Rome", "PER Ann"]),
    ("\u200bAnn\u200b\u0301 e\x07 Rome\x07", ["PER Ann", "LOC Rome"]),
    ("", []),
    (" \u3000", []),
]


@pytest.fixture(scope="module")
def encoder(train_pieces: Callable[..., bytes]) -> TextEncoder:
    """Its model spells most words letter by letter, and has some ideographs together."""
    texts = [*("Ann left Rome", "a b c d e f g h i j k l m n o", "王明 北京 在", "José") * 20, "株式会社 ﬁ"]
    model = train_pieces("xlm_roberta", texts, vocab_size=70)
    return TextEncoder(SentencePieces.of_xlm_roberta(PieceModel(model, "m")), 16)


def _found(encoder: TextEncoder, texts: list[str], entities: list[list[Entity]]) -> list[list[Entity]]:
    """What a network that learnt all tags would answer."""
    task = TokenClassification()
    packed = task.pack({"text": tf.constant(texts, tf.string)}, encoder)
    labels = tf.ragged.constant(
        [[entity_string(entity) for entity in row] for row in entities], tf.string, ragged_rank=1
    )
    tags = task.pack_labels({"entities": labels}, packed, encoder)["tags"]
    number = {tag: index for index, tag in enumerate(TAGS)}
    ids = [number.get(tag.decode(), 0) for tag in tags.flat_values.numpy()]
    logits = tags.with_values(tf.constant(20 * np.eye(len(TAGS), dtype="float32")[ids]))
    found = decode_entities(logits, packed, tf.constant(texts, tf.string), TYPES)
    rows = zip(*(each.to_list() for each in (found.starts, found.ends, found.types, found.texts)), strict=True)
    answers = []
    for text, columns in zip(texts, rows, strict=True):
        assert all(text[start:end] == shown.decode() for start, end, _, shown in zip(*columns, strict=True))
        answers.append([Entity(start, end, kind.decode()) for start, end, kind, _ in zip(*columns, strict=True)])
    return answers


def test_entities_come_back_where_they_were(encoder: TextEncoder) -> None:
    texts, entities = [], []
    for text, expected in CASES:
        texts.append(text)
        row, end = [], 0
        for kind, part in (each.split(" ", 1) for each in expected):
            start = text.index(part, end)
            end = start + len(part)
            row.append(Entity(start, end, kind))
        entities.append(row)
    # A mark behind a space or format belongs to what stands before it, as with BERT's pieces.
    for text, found, expected in zip(texts, _found(encoder, texts, entities), entities, strict=True):
        assert found == expected, json.dumps(text)


def test_words_and_tags_are_aligned_with_pieces(encoder: TextEncoder) -> None:
    words = ["Ann", "O'Neil", "of", "北京", "U.S.", "😀"]
    labelled = spans_of_words(words, ["B-PER", "I-PER", "O", "B-LOC", "B-LOC", "O"])
    (found,) = _found(encoder, [labelled.text], [labelled.entities])
    assert found == labelled.entities
