"""Which labels are likely wrong, from what a classifier says that was trained without them.

C. Northcutt, L. Jiang and I. Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 2021: the
confident joint (section 3.1) tells how many labels of each class are wrong, and "prune by class" (section 3.2) which:
those of the lowest confidence.
"""

from typing import NamedTuple

import numpy as np

from pipeline.inspection.labels.softmax_regression import Float64, Int64


class LikelyError(NamedTuple):
    """A row whose label is likely wrong.

    Attributes:
        row: Its number.
        suggested: The class of the highest probability, another than its label's.
        confidence: The probability of the class that it is labelled with.
        suggested_confidence: That of the other one.
    """

    row: int
    suggested: int
    confidence: float
    suggested_confidence: float


def likely_errors(probabilities: Float64, labels: Int64) -> list[LikelyError]:
    """Returns the rows whose labels are likely wrong, those of the lowest confidence first.

    Args:
        probabilities: Of each class, by classifiers that have not seen the row, float64 [rows, classes].
        labels: The class of each row's label; every class has rows.
    """
    own = probabilities[np.arange(len(labels)), labels]
    answers = probabilities.argmax(axis=1)
    chosen: list[int] = []
    for label, num_wrong in enumerate(_num_wrong(probabilities, labels)):
        rows = np.flatnonzero(labels == label)
        least = rows[np.lexsort((rows, own[rows]))][: round(num_wrong)]
        # A label that the classifier would give as well is not doubted, however many there should be.
        chosen += [int(row) for row in least if answers[row] != label]
    chosen.sort(key=lambda row: (own[row], row))
    return [
        LikelyError(row, int(answers[row]), float(own[row]), float(probabilities[row, answers[row]])) for row in chosen
    ]


def _num_wrong(probabilities: Float64, labels: Int64) -> Float64:
    """How many labels of each class are wrong by the confident joint, calibrated to the class's rows, [classes]."""
    classes = range(probabilities.shape[1])
    own = probabilities[np.arange(len(labels)), labels]
    # A row counts to a class whose probability is at least what that has on average where it is the label.
    thresholds = np.array([own[labels == label].mean() for label in classes])
    reached = np.where(probabilities >= thresholds, probabilities, -1.0)
    counts_somewhere, counted = reached.max(axis=1) >= 0, reached.argmax(axis=1)
    wrong = np.zeros(len(classes))
    for label in classes:
        confident = counted[(labels == label) & counts_somewhere]
        if len(confident):
            wrong[label] = np.mean(confident != label) * np.sum(labels == label)
    return wrong
