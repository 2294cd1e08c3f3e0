"""Confusion matrix, calibration, precision and recall from counts."""

import numpy as np
import pytest
import sklearn.metrics

from components.evaluator.row_tally import RowTally
from components.report.report import RowFacts
from components.report.row_facts import row_facts
from models.tasks.interface.judged_row import Confidence, Decision, JudgedRow

LABELS = ("a", "b", "c")


@pytest.fixture(scope="module")
def scored() -> tuple[np.ndarray, np.ndarray]:
    """True classes and scores of 400 rows; scores end on whole hundredths, as the bins do."""
    numbers = np.random.default_rng(1)
    true = numbers.integers(0, 3, 400)
    scores = np.round(numbers.uniform(0, 0.6, (400, 3)), 2) + 0.005
    scores[np.arange(400), true] += np.round(numbers.uniform(0, 0.3, 400), 2)
    return true, scores


@pytest.fixture(scope="module")
def facts(scored: tuple[np.ndarray, np.ndarray]) -> RowFacts:
    tally = RowTally()
    for number, (true, scores) in enumerate(zip(*scored, strict=True)):
        truth, answer = LABELS[true], LABELS[scores.argmax()]
        decisions = tuple(Decision(name, score, name == truth) for name, score in zip(LABELS, scores, strict=True))
        confidences = (Confidence(scores.max(), truth == answer),)
        row = JudgedRow(truth, answer, float(truth != answer), None, (truth, answer), None, confidences, decisions)
        tally.add_row(row, {"text": "t"}, str(number))
    return row_facts(tally.summary(), with_texts=True)


def test_confusion_is_scikit_learns(facts: RowFacts, scored: tuple[np.ndarray, np.ndarray]) -> None:
    expected = sklearn.metrics.confusion_matrix(scored[0], scored[1].argmax(axis=1))
    assert facts.classes == LABELS
    assert facts.confusion == tuple(map(tuple, expected.tolist()))
    most = facts.confusions[0]
    wrong = expected - np.diag(np.diagonal(expected))
    assert most.rows == wrong.max() == wrong[LABELS.index(most.true), LABELS.index(most.answered)]


def test_precision_and_recall_are_scikit_learns(facts: RowFacts, scored: tuple[np.ndarray, np.ndarray]) -> None:
    true, scores = scored
    for curve in facts.curves:
        if curve.label:
            number = LABELS.index(curve.label)
            is_true, its_scores = true == number, scores[:, number]
        else:
            is_true, its_scores = np.eye(3, dtype=bool)[true].ravel(), scores.ravel()
        assert curve.true == is_true.sum()
        for point in curve.points[::10]:
            given = its_scores >= point.threshold
            precision = sklearn.metrics.precision_score(is_true, given, zero_division=0)
            assert (point.precision or 0) == pytest.approx(precision)
            assert point.recall == pytest.approx(sklearn.metrics.recall_score(is_true, given))
    assert facts.curves[0].label == ""


def test_calibration_accounts_for_every_answer(facts: RowFacts, scored: tuple[np.ndarray, np.ndarray]) -> None:
    true, scores = scored
    assert sum(found.answers for found in facts.calibration) == 400
    sure = [found for found in facts.calibration if 0.6 <= found.mean_score < 0.7]
    in_bin = (scores.max(axis=1) >= 0.6) & (scores.max(axis=1) < 0.7)
    assert sure[0].answers == in_bin.sum()
    assert sure[0].mean_score == pytest.approx(scores.max(axis=1)[in_bin].mean())
    assert sure[0].right == pytest.approx((scores.argmax(axis=1) == true)[in_bin].mean())


def test_what_was_never_considered_can_not_be_recalled() -> None:
    tally = RowTally()
    decisions = (Decision("x", 0.9, True), Decision("x", None, True))
    tally.add_row(JudgedRow("", "", 1.0, decisions=decisions), {}, "a")
    (_, curve) = row_facts(tally.summary(), with_texts=True).curves
    assert curve.points[0].recall == 0.5
    assert curve.points[0].precision == 1.0
    assert curve.points[99].precision is None


def test_without_texts_there_are_no_rows() -> None:
    tally = RowTally()
    tally.add_row(JudgedRow("secret", "secret", 1.0), {"text": "secret"}, "a")
    facts = row_facts(tally.summary(), with_texts=False)
    assert facts.worst is None
    assert "secret" not in repr(facts)
