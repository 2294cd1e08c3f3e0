import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from pipeline.inspection.labels.cross_validation import NUM_FOLDS, folds_of, held_out_probabilities
from pipeline.inspection.labels.likely_errors import likely_errors
from pipeline.inspection.labels.softmax_regression import SoftmaxRegression


def _clusters(num_rows: int, num_classes: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(3)
    labels = np.arange(num_rows) % num_classes
    centres = 3 * generator.normal(size=(num_classes, 8))
    return (centres[labels] + generator.normal(size=(num_rows, 8))).astype(np.float32), labels


def test_the_regression_is_scikit_learns() -> None:
    vectors, labels = _clusters(200, 4)
    vectors += np.random.default_rng(1).normal(scale=3, size=vectors.shape).astype(np.float32)
    ours = SoftmaxRegression.fit(vectors, labels, 4, penalty=0.01)
    theirs = LogisticRegression(C=1 / (0.01 * len(labels)), tol=1e-8, max_iter=2000).fit(vectors, labels)
    np.testing.assert_allclose(ours.probabilities(vectors), theirs.predict_proba(vectors), atol=5e-3)


def test_folds_hold_like_rows_together_and_each_class_apart() -> None:
    labels = np.arange(200) % 4
    groups = np.concatenate([np.zeros(8, np.int64), np.arange(1, 193)])
    keys = [f"{row * 7919 % 200}".encode() for row in range(200)]
    folds = folds_of(labels, groups, keys)
    assert len(set(folds[:8].tolist())) == 1
    counts = np.array([np.bincount(folds[8:][labels[8:] == label], minlength=NUM_FOLDS) for label in range(4)])
    assert counts.min() >= 9
    assert counts.max() <= 11
    order = np.random.default_rng(0).permutation(200)
    again = folds_of(labels[order], groups[order], [keys[row] for row in order])
    assert (again == folds[order]).all()


def test_a_row_is_judged_by_what_has_not_seen_it() -> None:
    # Labels by chance: whoever has seen a row could give its label, all others cannot.
    vectors = np.random.default_rng(5).normal(size=(60, 100)).astype(np.float32)
    labels = np.random.default_rng(6).integers(2, size=60)
    folds = folds_of(labels, np.arange(60), [str(row).encode() for row in range(60)])
    held_out = held_out_probabilities(vectors, labels, folds, penalty=1e-3)
    assert (SoftmaxRegression.fit(vectors, labels, 2, 1e-3).probabilities(vectors).argmax(1) == labels).all()
    assert 0.2 < (held_out.argmax(1) == labels).mean() < 0.8
    assert held_out.sum(axis=1) == pytest.approx(np.ones(60))


def test_flipped_labels_are_found_and_told_in_order() -> None:
    vectors, truth = _clusters(400, 4)
    labels = truth.copy()
    flipped = np.arange(5, 400, 21)
    labels[flipped] = (truth[flipped] + 1 + flipped % 3) % 4
    folds = folds_of(labels, np.arange(400), [str(row).encode() for row in range(400)])
    errors = likely_errors(held_out_probabilities(vectors, labels, folds, 1 / 400), labels)
    found = [error.row for error in errors]
    # All that is found is wrong, and most of what is wrong is found.
    assert set(found) <= set(flipped.tolist())
    assert len(found) >= 14
    assert [error.confidence for error in errors] == sorted(error.confidence for error in errors)
    assert all(error.suggested == truth[error.row] for error in errors)


def test_the_joint_of_a_small_example() -> None:
    # Three rows count to class 0, two to class 1; one of the three labelled 0 counts to 1.
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.3, 0.7], [0.25, 0.75], [0.45, 0.55]])
    labels = np.array([0, 0, 0, 1, 1, 1])
    assert [(error.row, error.suggested) for error in likely_errors(probabilities, labels)] == [(2, 1)]
