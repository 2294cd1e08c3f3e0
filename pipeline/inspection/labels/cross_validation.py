"""What a classifier says of rows that it was not trained on, each in its turn."""

from collections.abc import Sequence

import numpy as np

from pipeline.inspection.labels.softmax_regression import Float32, Float64, Int64, SoftmaxRegression

NUM_FOLDS = 5


def folds_of(labels: Int64, groups: Int64, keys: Sequence[bytes]) -> Int64:
    """Deals rows out into folds, so that each has its share of every class and like texts are in one, int64 [rows].

    Args:
        labels: The class of each row.
        groups: Rows of one number belong into one fold: near copies of a row would tell its label.
        keys: What decides the order in which rows are dealt out, so that their order in the files does not matter.
    """
    folds = np.zeros(len(labels), np.int64)
    fold_of_group: dict[int, int] = {}
    for row in sorted(range(len(labels)), key=lambda row: (labels[row], keys[row])):
        folds[row] = fold_of_group.setdefault(int(groups[row]), len(fold_of_group) % NUM_FOLDS)
    return folds


def held_out_probabilities(vectors: Float32, labels: Int64, folds: Int64, penalty: float) -> Float64:
    """The probability of each class for each row, by a classifier of the other folds, float64 [rows, classes].

    Args:
        vectors: [rows, features].
        labels: The class of each row, from 0; every class has rows.
        folds: The fold of each row.
        penalty: As `SoftmaxRegression.fit` takes it.
    """
    num_classes = int(labels.max()) + 1
    probabilities = np.zeros((len(labels), num_classes))
    for fold in np.unique(folds):
        is_out = folds == fold
        fitted = SoftmaxRegression.fit(vectors[~is_out], labels[~is_out], num_classes, penalty)
        probabilities[is_out] = fitted.probabilities(vectors[is_out])
    return probabilities
