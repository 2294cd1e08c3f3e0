"""What a network learns from: the tags of the pieces of texts."""

import random

import pytest
import tensorflow as tf

from models.named_entities.check_spans import check_spans
from models.named_entities.entities import Entity
from models.named_entities.entity_strings import entity_string
from models.named_entities.piece_tags import piece_tags
from models.presets import load_vocabulary
from models.tokenisation.text_encoder import TextEncoder

# A text with its entities in brackets, and the tags of its words.
CASES = [
    ("", ""),
    ("\u0301 \u200b", ""),
    ("nothing here", "O O"),
    ("[PER Ann] met [PER Bob] in [LOC New York].", "B-PER O B-PER O B-LOC I-LOC O"),
    ("[PER Ann][LOC Rome]", "B-LOC"),
    ("[LOC 北京][ORG 大学]的[PER 李]", "B-LOC I-LOC B-ORG I-ORG O B-PER"),
    ("[PER 王][PER 李]", "B-PER B-PER"),
    ("in the [LOC U.S.] and [LOC AL-AIN]", "O O B-LOC I-LOC I-LOC I-LOC O B-LOC I-LOC I-LOC"),
    ("[LOC New York]-based [ORG IBM]", "B-LOC I-LOC O O B-ORG"),
    ("[PER Ann] [PER Bob]", "B-PER B-PER"),
    ("😀 [PER José] 👍🏽", "O B-PER O"),
    ("[PER Jose\u0301] was", "B-PER O"),
    ("the [LOC Ham]burgers and un[PER ann]ounced", "O B-LOC O B-PER"),
    ("ends with [ORG Østfold]", "O O B-ORG"),
    ("(“[ORG Ørsted A/S]”)", "O O B-ORG I-ORG I-ORG I-ORG O O"),
]


@pytest.fixture(scope="module")
def encoder() -> TextEncoder:
    return TextEncoder(load_vocabulary("minilm_l6_en"), sequence_length=16)


def marked(text: str) -> tuple[str, list[Entity]]:
    """Takes brackets out of a text."""
    plain, entities = "", []
    for part in text.split("["):
        name, _, rest = part.partition(" ")
        inside, bracket, after = rest.partition("]")
        if bracket:
            entities.append(Entity(len(plain), len(plain) + len(inside), name))
            plain += inside + after
        else:
            plain += part
    return plain, entities


def tags_of_words(encoder: TextEncoder, texts: list[str], entities: list[list[Entity]]) -> list[str]:
    """The tags of each text's words; that no other piece has one is checked."""
    pieces = encoder.tokenize_with_offsets(tf.constant(texts, tf.string))._asdict()
    strings = tf.ragged.constant([list(map(entity_string, each)) for each in entities], dtype=tf.string, ragged_rank=1)
    tags = piece_tags(strings.with_row_splits_dtype(tf.int64), pieces)
    rows = list(zip(tags.to_list(), pieces["begins_word"].to_list(), strict=True))
    assert all(bool(tag) == bool(begins) for row in rows for tag, begins in zip(*row, strict=True))
    return [" ".join(tag.decode() for tag in row if tag) for row, _ in rows]


def test_words_have_the_tags_of_their_entities(encoder: TextEncoder) -> None:
    texts, entities = zip(*(marked(text) for text, _ in CASES), strict=True)
    assert tags_of_words(encoder, list(texts), list(entities)) == [tags for _, tags in CASES]


def test_a_batch_without_entities_or_words(encoder: TextEncoder) -> None:
    assert tags_of_words(encoder, ["a b", ""], [[], []]) == ["O O", ""]
    assert tags_of_words(encoder, ["", " "], [[], []]) == ["", ""]


def test_an_entity_of_dropped_characters_is_lost_and_its_neighbours_are_not(encoder: TextEncoder) -> None:
    text = "a \u200b b"
    assert tags_of_words(encoder, [text], [[Entity(0, 1, "X"), Entity(2, 3, "Y"), Entity(4, 5, "X")]]) == ["B-X B-X"]


def test_tags_are_what_a_search_word_by_word_finds(encoder: TextEncoder) -> None:
    """On random texts whose entities begin and end anywhere."""
    numbers = random.Random(7)
    texts = ["".join(numbers.choices("ab .,京😀é\u0301\n", k=numbers.randrange(60))) for _ in range(200)]
    entities = [spans(numbers, text) for text in texts]
    pieces = encoder.tokenize_with_offsets(tf.constant(texts))
    expected = []
    for row, spans_of_row in enumerate(entities):
        words = words_of(*(column.to_list()[row] for column in (pieces.starts, pieces.ends, pieces.begins_word)))
        expected.append(" ".join(expected_tags(words, spans_of_row)))
    assert tags_of_words(encoder, texts, entities) == expected
    assert sum("I-" in tags for tags in expected) > 50


def spans(numbers: random.Random, text: str) -> list[Entity]:
    borders = sorted(numbers.sample(range(len(text) + 1), k=min(len(text) + 1, 8)))
    found = []
    for start, end in zip(borders[::2], borders[1::2], strict=False):
        part = text[start:end]
        if part.strip() == part:
            found.append(Entity(start, end, numbers.choice("XY")))
    spans_of_text = [{"start": one.start, "end": one.end, "type": one.type} for one in found]
    assert check_spans(text, spans_of_text) == found
    return found


def words_of(starts: list[int], ends: list[int], begins_word: list[int]) -> list[tuple[int, int]]:
    words: list[tuple[int, int]] = []
    for start, end, begins in zip(starts, ends, begins_word, strict=True):
        words = [*words, (start, end)] if begins else [*words[:-1], (words[-1][0], end)]
    return words


def expected_tags(words: list[tuple[int, int]], entities: list[Entity]) -> list[str]:
    tags, before = [], None
    for start, end in words:
        sharing = [entity for entity in entities if entity.start < end and entity.end > start]
        entity = sharing[-1] if sharing else None
        tags.append("O" if entity is None else f"{'I' if entity == before else 'B'}-{entity.type}")
        before = entity
    return tags
