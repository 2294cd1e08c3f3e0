"""The likeliest tags that begin no entity in its middle."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from models.named_entities.iob2_tags import iob2_tags
from models.named_entities.likeliest_tags import likeliest_tags

TAGS = iob2_tags(["X", "Y"])
LENGTHS = [3, 0, 5, 1, 4, 0]


def is_sound(tags: tuple[str, ...]) -> bool:
    pairs = itertools.pairwise(("O", *tags))
    return all(tag[0] != "I" or before[1:] == tag[1:] for before, tag in pairs)


def likeliest(log_probabilities: np.ndarray) -> list[int]:
    """The best of all sequences there are."""
    sequences = itertools.product(range(len(TAGS)), repeat=len(log_probabilities))
    sound = [tags for tags in sequences if is_sound(tuple(TAGS[tag] for tag in tags))]
    return list(max(sound, key=lambda tags: sum(word[tag] for word, tag in zip(log_probabilities, tags, strict=True))))


@pytest.mark.parametrize("seed", range(10))
def test_equal_to_the_best_of_all_sequences(seed: int) -> None:
    logits = np.random.default_rng(seed).normal(0, 2, (sum(LENGTHS), len(TAGS))).astype("float32")
    ragged = tf.RaggedTensor.from_row_lengths(tf.nn.log_softmax(logits), LENGTHS)
    ends = np.cumsum(LENGTHS)
    texts = [ragged.values.numpy()[end - length : end] for end, length in zip(ends, LENGTHS, strict=True)]
    found = likeliest_tags(ragged).numpy().tolist()
    assert found == [tag for text in texts for tag in likeliest(text)]
    assert found != logits.argmax(axis=1).tolist()


@pytest.mark.parametrize("lengths", [[], [0], [0, 0]])
def test_texts_without_words(lengths: list[int]) -> None:
    nothing = tf.RaggedTensor.from_row_lengths(tf.zeros([0, len(TAGS)]), tf.constant(lengths, tf.int64))
    assert likeliest_tags(nothing).shape == (0,)


def test_a_doubtful_word_does_not_make_up_an_entity() -> None:
    """`I-X` is likelier than `O` for the second word, but `B-X I-X` is less likely than `O O`."""
    probabilities = np.array([[[0.90, 0.04, 0.02, 0.02, 0.02], [0.40, 0.06, 0.50, 0.02, 0.02]]], "float32")
    ragged = tf.RaggedTensor.from_tensor(np.log(probabilities))
    assert likeliest_tags(ragged).numpy().tolist() == [0, 0]
