"""Gives the units of labels that an earlier model did not know a first guess, from the rows that have these labels.

Units that begin at random lose against those of a trained model, which is sure of its answers: a few rows with the new
label hardly move it. So a new unit begins where its rows are: its weights point from the mean features of all other
rows to those of its own ("imprinting", Qi, Brown and Lowe 2018, "Low-Shot Learning with Imprinted Weights", there with
normalised features and without a bias). Length and bias are those with which its mean logits, of its own rows and of
the others, are what the old units' are on average.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

_LEAST_DISTANCE = 1e-6
"""Squared; rows of a label that lie where the others do say nothing of where to begin."""


def begin_new_units(
    network: keras.Model, layer: str, units: Sequence[str], old: Sequence[str], batches: Iterable[Any]
) -> None:
    """Sets the weights of those units of a dense layer that an earlier model did not have.

    A unit without rows keeps the values that it has.

    Args:
        network: Its other units' weights are those of the earlier model.
        layer: The name of the layer.
        units: What its units stand for, in order.
        old: What those of the earlier model stood for.
        batches: The rows to be trained on, as `TrainingData.train` gives them; their targets are the units' numbers, or
            for each unit whether a row belongs to it.
    """
    head = network.get_layer(layer)
    sums = _sums(keras.Model(network.inputs, head.input), len(units), batches)
    kernel, bias = (weight.numpy() for weight in head.weights)
    known = [place for place, unit in enumerate(units) if unit in set(old) and sums.has_both(place)]
    if not known:
        return
    own_logit, other_logit = (
        np.mean([kernel[:, place] @ mean(place) + bias[place] for place in known])
        for mean in (sums.mean_of_own, sums.mean_of_others)
    )
    for place, unit in enumerate(units):
        if unit in set(old) or not sums.has_both(place):
            continue
        own = sums.mean_of_own(place)
        direction = own - sums.mean_of_others(place)
        if (distance := direction @ direction) > _LEAST_DISTANCE:
            kernel[:, place] = direction * (own_logit - other_logit) / distance
            bias[place] = own_logit - kernel[:, place] @ own
    for weight, value in zip(head.weights, (kernel, bias), strict=True):
        weight.assign(value)


@dataclasses.dataclass(frozen=True)
class _Sums:
    """Features of the rows, added up: all of them, float64 [width], and those of each unit, [units, width].

    Attributes:
        all: Of all rows.
        num_all: Their number.
        own: Of each unit's rows.
        num_own: Their numbers, [units].
    """

    all: Any
    num_all: float
    own: Any
    num_own: Any

    def has_both(self, place: int) -> bool:
        """Whether there are rows of a unit, and others."""
        return bool(0 < self.num_own[place] < self.num_all)

    def mean_of_own(self, place: int) -> Any:
        return self.own[place] / self.num_own[place]

    def mean_of_others(self, place: int) -> Any:
        return (self.all - self.own[place]) / (self.num_all - self.num_own[place])


def _sums(features: keras.Model, num_units: int, batches: Iterable[Any]) -> _Sums:
    @tf.function(reduce_retracing=True)
    def of_batch(inputs: Any, targets: Any, weights: Any) -> Any:
        found = tf.cast(features(inputs, training=False), tf.float64)
        targets = tf.cast(targets, tf.int64) if targets.shape.rank == found.shape.rank - 1 else targets
        members = tf.one_hot(targets, num_units) if targets.dtype == tf.int64 else targets
        members = tf.reshape(tf.cast(members, tf.float64), [-1, num_units])
        found = tf.reshape(found, [-1, found.shape[-1]])
        counted = tf.ones_like(found[:, 0]) if weights is None else tf.cast(tf.reshape(weights, [-1]) > 0, tf.float64)
        members *= counted[:, tf.newaxis]
        return (
            tf.linalg.matvec(found, counted, transpose_a=True),
            tf.reduce_sum(counted),
            tf.matmul(members, found, transpose_a=True),
            tf.reduce_sum(members, axis=0),
        )

    totals: list[Any] = [0.0, 0.0, 0.0, 0.0]
    for batch in batches:
        inputs, targets, weights = keras.utils.unpack_x_y_sample_weight(batch)
        totals = [total + part.numpy() for total, part in zip(totals, of_batch(inputs, targets, weights), strict=True)]
    return _Sums(*totals)
