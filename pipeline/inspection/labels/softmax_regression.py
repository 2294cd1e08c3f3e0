"""Multinomial logistic regression with an L2 penalty, on vectors that are given."""

import dataclasses
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

_MAX_STEPS = 200

Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]


@dataclasses.dataclass(frozen=True)
class SoftmaxRegression:
    """A linear classifier.

    Attributes:
        weights: float64 [features + 1, classes]; the last row is the biases.
    """

    weights: Float64

    @classmethod
    def fit(cls, vectors: Float32, labels: Int64, num_classes: int, penalty: float) -> Self:
        """Finds the weights of the least mean cross entropy with the penalty on their squares; biases are free.

        Args:
            vectors: [rows, features].
            labels: The class of each, [rows]; a class may be without rows.
            num_classes: How many classes there are.
            penalty: Times half the sum of the squares of the weights.
        """
        inputs = _with_ones(vectors)
        targets = np.zeros((len(labels), num_classes), np.float32)
        targets[np.arange(len(labels)), labels] = 1

        def loss(flat: Float64) -> tuple[float, Float64]:
            weights = flat.reshape(inputs.shape[1], num_classes)
            logs = log_softmax(inputs @ weights.astype(np.float32), axis=1)
            free = np.concatenate([weights[:-1], np.zeros((1, num_classes))])
            slopes = inputs.T @ (np.exp(logs) - targets) / len(labels) + penalty * free
            value = -float((logs * targets).sum(dtype=np.float64)) / len(labels) + penalty * float((free**2).sum()) / 2
            return value, slopes.astype(np.float64).ravel()

        start = np.zeros(inputs.shape[1] * num_classes)
        found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _MAX_STEPS})
        return cls(found.x.reshape(inputs.shape[1], num_classes))

    def probabilities(self, vectors: Float32) -> Float64:
        """The probability of each class, float64 [rows, classes]."""
        return softmax(_with_ones(vectors).astype(np.float64) @ self.weights, axis=1)


def _with_ones(vectors: Float32) -> Float32:
    return np.concatenate([vectors, np.ones((len(vectors), 1), np.float32)], axis=1)
