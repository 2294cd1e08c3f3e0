import itertools
import random

import numpy as np
import pytest

from pipeline.inspection.near.min_hash import WINDOW, candidate_pairs
from pipeline.inspection.near.near_pairs import THRESHOLD, groups_of, jaccard, near_pairs
from pipeline.inspection.near.shingles import MAX_CHARACTERS, SIZE, Shingles, comparable

_WORDS = ("parcel", "refund", "never", "came", "the", "a", "my", "order", "late", "lamp", "broken", "again", "for")


def _texts(number: int) -> list[str]:
    """Random sentences, and for each one with a small change."""
    chooser = random.Random(7)
    texts = []
    for row in range(number):
        words = [*chooser.choices(_WORDS, k=chooser.randint(4, 25)), str(row)]
        changed = list(words)
        changed[chooser.randrange(len(changed))] = chooser.choice(_WORDS)
        texts += [" ".join(words), " ".join(changed)]
    return list(dict.fromkeys(texts))


def _shingles(text: str) -> frozenset[str]:
    compared = comparable(text)
    return frozenset(compared[start : start + SIZE] for start in range(max(1, len(compared) - SIZE + 1)))


def _similarity(first: str, second: str) -> float:
    one, other = _shingles(first), _shingles(second)
    return len(one & other) / len(one | other)


# Questions on one page share much text, and are not near for that.
@pytest.mark.parametrize(
    "page", [(), ("Our lamps come with a warranty of two years, from the day on that you buy one.",)]
)
def test_pairs_are_those_of_comparing_each_with_each(page: tuple[str, ...]) -> None:
    texts = _texts(150)
    found = {(pair.first, pair.second): pair.similarity for pair in near_pairs([(*page, text) for text in texts])}
    expected = {
        (first, second): similarity
        for first, second in itertools.combinations(range(len(texts)), 2)
        if (similarity := _similarity(texts[first], texts[second])) >= THRESHOLD
    }
    assert len(expected) > 50
    assert found == pytest.approx(expected)


def test_similarity_is_counted_in_chunks_as_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = _texts(20)
    pairs = np.array(list(itertools.combinations(range(len(texts)), 2)))
    shingles = Shingles.of_texts(texts)
    at_once = jaccard(pairs, shingles)
    monkeypatch.setattr("pipeline.inspection.near.near_pairs._CHUNK_SHINGLES", 100)
    assert (jaccard(pairs, shingles) == at_once).all()
    assert at_once.tolist() == pytest.approx([_similarity(texts[first], texts[second]) for first, second in pairs])


def test_many_like_texts_are_one_group_in_linear_work() -> None:
    texts = [f"the parcel that I ordered from your shop last week has not come yet, number {row}" for row in range(500)]
    columns = [Shingles.of_texts(texts)]
    assert len(candidate_pairs(columns)) <= 24 * WINDOW * len(texts)
    assert len(set(groups_of(len(texts), near_pairs([(text,) for text in texts])).tolist())) == 1


@pytest.mark.parametrize(
    ("first", "second", "is_near"),
    [
        ("Where is my PARCEL,  please?", "where is my parcel, please?", True),
        ("where is my parcel, please?", "where is my refund, please?", False),
        ("这家酒店的房间很干净服务也很好下次还会来", "这家酒店的房间很干净服务也很好下次还来", True),
        ("这家酒店的房间很干净服务也很好下次还会来", "这本书的内容没有意思不值得买下次不会来", False),
        ("ok", "no", False),
        ("\u200b", "\u2060", False),
    ],
)
def test_what_is_near(first: str, second: str, is_near: bool) -> None:
    assert bool(near_pairs([(first,), (second,)])) == is_near


def test_long_texts_are_compared_by_their_beginnings() -> None:
    beginning = " ".join(_texts(60))[:MAX_CHARACTERS]
    assert near_pairs([(f"{beginning} one end",), (f"{beginning} quite another",)])[0].similarity == 1.0


@pytest.mark.parametrize("rows", [[], [("one",)]])
def test_too_few_to_compare(rows: list[tuple[str, ...]]) -> None:
    assert near_pairs(rows) == []
    assert len(groups_of(len(rows), [])) == len(rows)
