"""Entity F1 in training, against plain Python."""

import random

import numpy as np
import pytest
import tensorflow as tf

from models.named_entities.iob2_tags import iob2_tags
from models.named_entities.tag_schemes import entities_of_tags
from models.networks.entity_f1 import EntityF1

TAGS = iob2_tags(["X", "Y"])


@pytest.mark.parametrize("jit_compile", [False, True])
def test_it_counts_as_plain_python_does(jit_compile: bool) -> None:
    metric, chance, numbers = EntityF1(), random.Random(3), np.random.default_rng(3)
    update = tf.function(metric.update_state, jit_compile=jit_compile)
    correct = counted = 0
    for rows, length in [(3, 12), (40, 30), (2, 1)]:
        true = np.array([chance.choices(range(5), [4, 1, 2, 1, 2], k=length) for _ in range(rows)])
        predicted = np.where(numbers.random(true.shape) < 0.75, true, numbers.integers(0, 5, true.shape))
        weights = (numbers.random(true.shape) < 0.8).astype("float32")
        update(true, tf.one_hot(predicted, 5), weights)
        for row in range(rows):
            ours, theirs = (set(entities(tags[row][weights[row] > 0])) for tags in (true, predicted))
            correct, counted = correct + len(ours & theirs), counted + len(ours) + len(theirs)
    assert correct > 100
    assert float(metric.result()) == pytest.approx(2 * correct / counted, abs=1e-6)


def entities(tags: np.ndarray) -> list[tuple[int, int, str]]:
    return entities_of_tags([TAGS[tag] for tag in tags])


@pytest.mark.parametrize(
    ("true", "predicted", "expected"),
    [
        ("O O", "O O", 0),
        ("O B-X", "O I-X", 1),
        ("B-X I-X", "B-X B-X", 0),
        ("B-X B-X", "B-X I-X", 0),
        ("B-X O B-Y", "B-X O B-X", 1 / 2),
        ("B-X I-Y", "I-X B-Y", 1),
        ("B-X I-X O", "B-X I-X I-X", 0),
        ("B-X O", "O O", 0),
    ],
)
def test_by_hand(true: str, predicted: str, expected: float) -> None:
    metric = EntityF1()
    ours, theirs = ([TAGS.index(tag) for tag in tags.split()] for tags in (true, predicted))
    metric.update_state(tf.constant([ours]), tf.one_hot([theirs], 5))
    assert float(metric.result()) == pytest.approx(expected)
    metric.reset_state()
    assert float(metric.result()) == 0
