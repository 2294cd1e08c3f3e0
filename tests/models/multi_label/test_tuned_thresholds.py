import numpy as np
import pytest

from models.multi_label.tuned_thresholds import ScoreCounts

CANDIDATES = np.arange(1, 100) / 100


def tuned(scores: np.ndarray, truth: np.ndarray) -> tuple[float, ...]:
    scores, truth = np.asarray(scores, np.float32), np.asarray(truth, bool)
    return ScoreCounts.of_no_rows(scores.shape[1]).with_rows(scores, truth).best_thresholds()


def rows(seed: int, num_rows: int, shares: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Scores that say something about the truth, for labels of these shares."""
    numbers = np.random.default_rng(seed)
    truth = numbers.random((num_rows, len(shares))) < shares
    logits = numbers.normal(np.where(truth, 0.5, -2.5), 1.2)
    return (1 / (1 + np.exp(-logits))).astype(np.float32), truth


def f1(truth: np.ndarray, served: np.ndarray) -> float:
    return float(2 * (truth & served).sum() / (truth.sum() + served.sum()))


def test_frequent_labels_get_the_best_f1() -> None:
    scores, truth = rows(1, 20_000, [0.5, 0.1, 0.3])
    for label, threshold in enumerate(tuned(scores, truth)):
        best = max(f1(truth[:, label], scores[:, label] >= np.float32(cut)) for cut in CANDIDATES)
        assert f1(truth[:, label], scores[:, label] >= np.float32(threshold)) == pytest.approx(best, abs=1e-3)


def test_batches_count_as_one() -> None:
    scores, truth = rows(2, 500, [0.3, 0.05])
    parts = ScoreCounts.of_no_rows(2)
    for start in range(0, 500, 37):
        parts = parts.with_rows(scores[start : start + 37], truth[start : start + 37])
    assert parts.best_thresholds() == tuned(scores, truth)


def test_a_rare_label_does_not_follow_one_row() -> None:
    scores, truth = rows(3, 5_000, [0.3, 0.3, 0.0])
    # The one row that has it scores 0.02, all others less: perfect from 0.01 to 0.02.
    truth[0, 2], scores[:, 2], scores[0, 2] = True, 0.001, 0.02
    frequent, other, rare = tuned(scores, truth)
    assert rare == pytest.approx((frequent + other) / 2, abs=0.1)


def test_a_label_that_no_row_has_is_served_no_more_than_others() -> None:
    scores, truth = rows(4, 5_000, [0.3, 0.3, 0.0, 0.0])
    scores[:, 2] = 0.0
    frequent, other, never_scored, often_wrong = tuned(scores, truth)
    assert never_scored == pytest.approx((frequent + other) / 2, abs=0.1)
    assert often_wrong > never_scored


@pytest.mark.parametrize("num_rows", [0, 3])
def test_without_any_label_it_is_one_half(num_rows: int) -> None:
    assert tuned(np.full((num_rows, 2), 0.9), np.zeros((num_rows, 2))) == (0.5, 0.5)


def test_of_equal_candidates_the_one_nearest_to_one_half() -> None:
    assert tuned([[0.9], [0.1]] * 50, [[1], [0]] * 50) == (0.5,)
    assert tuned([[0.4], [0.1]] * 50, [[1], [0]] * 50) == (0.4,)


def test_scores_of_zero_and_one() -> None:
    assert tuned([[1.0], [0.0]], [[1], [0]]) == (0.5,)
