import numpy as np
import pytest

from models.metrics.pair_sample import EmbeddedPair, PairSample, belongs_together
from models.metrics.rank_means import accuracy_at_1, mean_reciprocal_rank


def _angle(degrees: float) -> np.ndarray:
    return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], "float32")


def _pair(text: int, other: int, belongs: bool = True) -> EmbeddedPair:
    """Texts are known by their angle, which is all that their vectors depend on."""
    return EmbeddedPair(text, other, belongs, _angle(text), _angle(other))


def _ranks(*pairs: EmbeddedPair) -> list[int]:
    sample = PairSample()
    for pair in pairs:
        sample.add(pair)
    return sorted(sample.ranks().tolist())


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([], []),
        ([_pair(0, 90)], [1]),
        ([_pair(0, 10), _pair(100, 110)], [1, 1]),
        # 0 is nearer to 10 than to its own 20, and 11 to its own.
        ([_pair(0, 20), _pair(11, 10)], [1, 2]),
        # Wrong answers count, and ask nothing.
        ([_pair(0, 20), _pair(90, 5, belongs=False)], [2]),
        ([_pair(0, 20), _pair(0, 5, belongs=False)], [2]),
        # Neither a text's other right answers nor the text itself are in its way; nor is an answer twice as far.
        ([_pair(0, 20), _pair(0, 5)], [1, 1]),
        ([_pair(0, 20), _pair(90, 0)], [1, 2]),
        ([_pair(0, 20), _pair(1, 5, belongs=False), _pair(2, 5, belongs=False)], [2]),
        ([_pair(0, 20), _pair(0, 20)], [1]),
        ([_pair(0, 20, belongs=False), _pair(0, 20)], [1]),
        ([_pair(0, 20), _pair(0, 20, belongs=False)], [1]),
    ],
)
def test_ranks_by_hand(pairs: list[EmbeddedPair], expected: list[int]) -> None:
    assert _ranks(*pairs) == expected


def test_a_network_that_sees_no_difference_finds_nothing() -> None:
    pairs = [EmbeddedPair(number, 100 + number, True, _angle(0), _angle(0)) for number in range(10)]
    assert _ranks(*pairs) == [10] * 10


def test_a_sample_is_the_same_in_any_order_and_number_of_parts() -> None:
    numbers = np.random.default_rng(1)
    ids = numbers.integers(0, 2**62, (1_000, 2)).tolist()
    pairs = [EmbeddedPair(*both, True, *numbers.normal(size=(2, 8))) for both in ids]
    whole, parts = PairSample(100), [PairSample(100) for _ in range(7)]
    for index, pair in enumerate(pairs):
        whole.add(pair)
        parts[index % 7].add(pairs[-1 - index])
    merged = PairSample(100)
    for part in parts:
        merged.update(part)
    expected = whole.ranks()
    assert len(expected) == 100
    assert merged.ranks().tolist() == expected.tolist()


def test_large_samples_are_ranked_in_blocks_alike() -> None:
    numbers = np.random.default_rng(1)
    vectors = numbers.normal(size=(2, 1_203, 8))
    sample = PairSample()
    for index in range(1_203):
        sample.add(EmbeddedPair(index, 10_000 + index, True, vectors[0, index], vectors[1, index]))
    nearness = vectors[0] @ vectors[1].T
    expected = 1 + (nearness > np.diagonal(nearness)[:, None]).sum(axis=1)
    assert sorted(sample.ranks().tolist()) == sorted(expected.tolist())


@pytest.mark.parametrize(
    ("score", "positive_score", "belongs"),
    [
        (float("nan"), None, True),
        (float("nan"), 0.5, True),
        (0.9, None, False),
        (0.5, 0.5, True),
        (0.4, 0.5, False),
        # As examples store it.
        (float(np.float32(0.7)), 0.7, True),
        (np.float32(0.7), 0.7, True),
    ],
)
def test_belonging(score: float, positive_score: float | None, belongs: bool) -> None:
    assert belongs_together(score, positive_score) is belongs


def test_means_of_ranks() -> None:
    ranks = np.array([1, 2, 1, 4])
    assert accuracy_at_1(ranks) == 0.5
    assert mean_reciprocal_rank(ranks) == (1 + 0.5 + 1 + 0.25) / 4
    assert np.isnan([accuracy_at_1(ranks[:0]), mean_reciprocal_rank(ranks[:0])]).all()
