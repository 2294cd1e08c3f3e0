"""The rules of BERT's pairs, on documents whose words tell where they stand."""

import itertools
import random
from collections import Counter

import numpy as np
import pytest

from models.pretraining.full_segments import full_segments
from models.pretraining.segment_pairs import Lengths, SegmentPair, segment_pairs
from models.pretraining.sentence import Sentence, Word

Place = tuple[int, int, int]


def _documents(numbers: random.Random, num_documents: int) -> tuple[list[list[Sentence]], dict[int, tuple[int, int]]]:
    """Documents of sentences of 1 to 9 words, 1 to 3 pieces each; and where each sentence stands."""
    documents, places = [], {}
    for document in range(num_documents):
        sentences = []
        for index in range(numbers.randint(1, 12)):
            sizes = [numbers.randint(1, 3) for _ in range(numbers.randint(1, 9))]
            bounds = np.array([(place, place + 1, size) for place, size in enumerate(sizes)])
            sentences.append(Sentence("x" * len(sizes), bounds, sum(sizes)))
            places[id(sentences[-1])] = (document, index)
        documents.append(sentences)
    return documents, places


def _size(words: list[Word]) -> int:
    return sum(word.num_pieces for word in words)


def test_lengths_are_the_room_but_for_a_share_that_is_shorter() -> None:
    numbers = random.Random(0)
    drawn = Counter(Lengths(10, 0.2).draw(numbers) for _ in range(20_000))
    assert set(drawn) == set(range(2, 11))
    # One in nine of the short ones is as long as the room.
    assert drawn[10] / 20_000 == pytest.approx(0.8 + 0.2 / 9, abs=0.01)
    assert drawn[2] / 20_000 == pytest.approx(0.2 / 9, abs=0.005)


@pytest.mark.parametrize("short_fraction", [0.0, 0.3])
def test_pairs(short_fraction: float) -> None:
    numbers = random.Random(3)
    documents, places = _documents(numbers, 60)

    def place(word: Word) -> Place:
        return (*places[id(word.sentence)], word.start)

    kinds, sizes = Counter[bool](), []
    firsts = set[tuple[int, int]]()
    for index in range(len(documents)):
        for pair in segment_pairs(documents, index, Lengths(40, short_fraction), numbers):
            kinds[pair.is_next] += 1
            sizes.append(_size([*pair.first, *pair.second]))
            _check(pair, index, place)
            firsts.update(place(word)[:2] for word in (*pair.first, *(pair.second if pair.is_next else ())))
    # Half of the pairs that could go on do; nearly every sentence is in some pair: truncation takes few.
    assert 0.3 < kinds[True] / kinds.total() < 0.5
    assert max(sizes) <= 40
    assert len(firsts) > 0.95 * len(places)


def _check(pair: SegmentPair, index: int, place: object) -> None:
    assert callable(place)
    first, second = [place(word) for word in pair.first], [place(word) for word in pair.second]
    assert first
    assert second
    for segment in (first, second):
        assert segment == sorted(segment)
        assert len({document for document, _, _ in segment}) == 1
    assert first[0][0] == index
    if pair.is_next:
        assert second[0][0] == index
        assert second[0][1] == first[-1][1] + 1 or second[0] > first[-1]
    else:
        assert second[0][0] != index


def test_what_was_left_for_a_random_segment_begins_the_next_pair() -> None:
    documents, places = _documents(random.Random(1), 2)
    for seed in range(50):
        pairs = list(segment_pairs(documents, 0, Lengths(40, 0), random.Random(seed)))
        for pair, following in itertools.pairwise(pairs):
            last = pair.second[-1] if pair.is_next else pair.first[-1]
            assert places[id(following.first[0].sentence)][1] <= places[id(last.sentence)][1] + 1


def test_a_single_document_gives_pairs_that_follow_only() -> None:
    documents, _ = _documents(random.Random(5), 1)
    pairs = list(segment_pairs(documents, 0, Lengths(12, 0), random.Random(0)))
    assert pairs
    assert all(pair.is_next for pair in pairs)
    single = [documents[0][:1]]
    assert list(segment_pairs(single, 0, Lengths(12, 0), random.Random(0))) == []


def test_words_of_more_pieces_than_there_is_room_stay_for_the_packer() -> None:
    monster = Sentence("xx", np.array([(0, 2, 99)]), 99)
    (pair,) = segment_pairs([[monster], [monster]], 0, Lengths(10, 0), random.Random(0))
    assert (len(pair.first), len(pair.second)) == (1, 1)


def test_full_segments_hold_each_word_once_and_are_full() -> None:
    numbers = random.Random(2)
    documents, _ = _documents(numbers, 20)
    for document in documents:
        runs = list(full_segments(document, Lengths(20, 0), numbers))
        assert [word for run in runs for word in run] == [word for sentence in document for word in sentence.words()]
        assert all(18 <= _size(list(run)) <= 20 for run in runs[:-1])
        assert _size(list(runs[-1])) <= 20
