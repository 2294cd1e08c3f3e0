"""Turning tagged words into a text and places in it."""

from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from models.named_entities.spans_of_words import spans_of_words
from models.named_entities.tag_schemes import entities_of_tags

WORDS = st.text(st.characters(exclude_categories=["Cs", "Z", "Cc"]), min_size=1, max_size=4)
TAGS = st.sampled_from(["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "S-LOC", "E-PER"])


def test_places_are_in_characters() -> None:
    found = spans_of_words(["😀😀", "Zoë", "Li", "in", "北京"], ["O", "B-PER", "I-PER", "O", "B-LOC"])
    assert found == ("😀😀 Zoë Li in 北京", [(3, 9, "PER"), (13, 15, "LOC")])
    assert [found.text[entity.start : entity.end] for entity in found.entities] == ["Zoë Li", "北京"]


@hypothesis.given(st.lists(st.tuples(WORDS, TAGS), max_size=10))
def test_every_place_holds_its_words(rows: list[tuple[str, str]]) -> None:
    words, tags = [word for word, _ in rows], [tag for _, tag in rows]
    found = spans_of_words(words, tags)
    expected = [(" ".join(words[start:end]), kind) for start, end, kind in entities_of_tags(tags)]
    assert [(found.text[entity.start : entity.end], entity.type) for entity in found.entities] == expected
    assert found.text.split(" ") == (words or [""])


def test_odd_words_outside_entities_are_kept() -> None:
    assert spans_of_words(["", "\u00a0", "Li"], ["O", "O", "B-PER"]) == (" \u00a0 Li", [(3, 5, "PER")])


@pytest.mark.parametrize(
    ("words", "tags", "message"),
    [
        (["a", "b"], ["O"], "tags and words of different number: 1 and 2"),
        ("a b", ["O", "O"], "words not a list of strings: a b"),
        (["a"], [0], r"tags not a list of strings: \[0\]"),
        (["a"], None, "tags not a list of strings: None"),
        ([None], ["O"], r"words not a list of strings: \[None\]"),
        (["a"], ["X-A"], "unknown tag: 'X-A'"),
        (["a", ""], ["O", "B-A"], "empty entity: A '' at 2 to 2"),
        (["a", "\u3000"], ["B-A", "I-A"], "entity that begins or ends with white space: A 'a \\\\u3000' at 0 to 3"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_told(words: Any, tags: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        spans_of_words(words, tags)
