import numpy as np
import pytest
import tensorflow as tf

from models.pretraining.masking import Masking
from models.tokenisation.vocabulary import SPECIAL_TOKENS, Vocabulary

WORDS = Vocabulary((*SPECIAL_TOKENS, *(f"w{i}" for i in range(60)), *(f"##s{i}" for i in range(40))), lowercase=True)
FIRST, CONTINUES = len(SPECIAL_TOKENS), len(SPECIAL_TOKENS) + 60


def _inputs(num_rows: int, length: int, seed: int = 0) -> dict[str, tf.Tensor]:
    """Rows of random pieces, special tokens among them, some of which are all padding but for one piece."""
    numbers = np.random.default_rng(seed)
    ids = numbers.integers(1, WORDS.size, (num_rows, length)).astype("int32")
    ids[:, 0] = WORDS.start_id
    mask = (np.arange(length) < numbers.integers(2, length + 1, num_rows)[:, np.newaxis]).astype("int32")
    return {"token_ids": tf.constant(ids * mask), "padding_mask": tf.constant(mask)}


def _mask(inputs: dict[str, tf.Tensor], seed: int, fraction: float = 0.15, whole_words: bool = False) -> dict:
    masked = Masking(WORDS, fraction, whole_words).mask(inputs, tf.constant(seed))
    return {name: value.numpy() for name, value in vars(masked).items()}


def _chosen(masked: dict, length: int) -> np.ndarray:
    chosen = np.zeros((len(masked["positions"]), length), bool)
    for row, (positions, weights) in enumerate(zip(masked["positions"], masked["weights"], strict=True)):
        chosen[row, positions[weights > 0]] = True
    return chosen


@pytest.mark.parametrize("fraction", [0.15, 0.4])
def test_share_of_each_row_is_exact_and_never_special(fraction: float) -> None:
    inputs = _inputs(400, 48)
    masked = _mask(inputs, 1, fraction)
    ids, chosen = inputs["token_ids"].numpy(), _chosen(masked, 48)
    candidates = (ids >= FIRST) & (inputs["padding_mask"].numpy() > 0)
    assert not (chosen & ~candidates).any()
    expected = np.where(candidates.any(1), np.maximum(1, np.round(fraction * candidates.sum(1))), 0)
    np.testing.assert_array_equal(chosen.sum(1), expected)
    np.testing.assert_array_equal(masked["weights"].sum(1), expected)
    assert (masked["token_ids"] == ids)[~chosen].all()
    real = masked["weights"] > 0
    np.testing.assert_array_equal(masked["targets"][real], np.take_along_axis(ids, masked["positions"], 1)[real])
    assert (masked["positions"][~real] == 0).all()


def test_fates_are_80_10_10() -> None:
    inputs = _inputs(4000, 64)
    masked = _mask(inputs, 5)
    ids, chosen = inputs["token_ids"].numpy(), _chosen(masked, 64)
    before, after = ids[chosen], masked["token_ids"][chosen]
    number = len(before)
    is_mask, is_same = after == WORDS.mask_id, after == before
    others = after[~is_mask & ~is_same]
    # A random piece is the same one time in a hundred; bounds are four standard deviations.
    for share, expected in [(is_mask.mean(), 0.8), (is_same.mean(), 0.101), (len(others) / number, 0.099)]:
        assert abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / number)
    assert others.min() >= FIRST
    # Every ordinary piece occurs about as often as any other.
    counts = np.bincount(others, minlength=WORDS.size)[FIRST:]
    assert (np.abs(counts - counts.mean()) < 5 * np.sqrt(counts.mean())).all()


def test_each_position_is_chosen_as_often_as_any_other() -> None:
    ids = np.full((6000, 22), FIRST, "int32") + np.random.default_rng(1).integers(0, 50, (6000, 22)).astype("int32")
    ids[:, 0], ids[:, -1] = WORDS.start_id, WORDS.end_id
    masked = _mask({"token_ids": tf.constant(ids), "padding_mask": tf.ones_like(ids)}, 2)
    counts = _chosen(masked, 22).sum(0)[1:-1]
    assert (np.abs(counts - 6000 * 0.15) < 4.5 * np.sqrt(6000 * 0.15 * 0.85)).all()


def test_another_mask_in_each_epoch_and_the_same_again() -> None:
    inputs = _inputs(50, 64)
    first, again, other = _mask(inputs, 7), _mask(inputs, 7), _mask(inputs, 8)
    np.testing.assert_array_equal(first["token_ids"], again["token_ids"])
    overlap = _chosen(first, 64) & _chosen(other, 64)
    assert overlap.sum() < 0.25 * _chosen(first, 64).sum()


@pytest.mark.parametrize("whole_words", [False, True])
def test_batch_and_padding_do_not_matter(whole_words: bool) -> None:
    inputs = _inputs(8, 40)
    together = _mask(inputs, 3, whole_words=whole_words)
    for row in range(8):
        alone = {name: tf.pad(values[row : row + 1], [[0, 0], [0, 9]]) for name, values in inputs.items()}
        masked = _mask(alone, 3, whole_words=whole_words)
        np.testing.assert_array_equal(masked["token_ids"][0, :40], together["token_ids"][row])
        real = together["weights"][row] > 0
        np.testing.assert_array_equal(masked["targets"][0][masked["weights"][0] > 0], together["targets"][row][real])


def test_words_are_hidden_whole() -> None:
    inputs = _inputs(500, 64)
    masked = _mask(inputs, 4, whole_words=True)
    ids, chosen = inputs["token_ids"].numpy(), _chosen(masked, 64)
    candidates = (ids >= FIRST) & (inputs["padding_mask"].numpy() > 0)
    # A piece that continues a word is hidden just as the piece before it.
    continues = candidates[:, 1:] & candidates[:, :-1] & (ids[:, 1:] >= CONTINUES)
    assert (chosen[:, 1:] == chosen[:, :-1])[continues].all()
    budget = np.maximum(1, np.round(0.15 * candidates.sum(1)))
    large = candidates.sum(1) >= 20
    assert (chosen.sum(1) <= budget)[large].all()
    assert chosen[large].sum() > 0.93 * budget[large].sum()


def test_a_short_text_loses_its_one_long_word() -> None:
    ids = tf.constant([[2, FIRST, CONTINUES, CONTINUES + 1, 3], [2, FIRST, FIRST, 3, 0], [2, 3, 0, 0, 0]])
    masked = _mask({"token_ids": ids, "padding_mask": tf.cast(ids > 0, tf.int32)}, 1, whole_words=True)
    assert masked["weights"].sum(1).tolist() == [3, 1, 0]


@pytest.mark.parametrize("shape", [(0, 8), (3, 1)])
def test_odd_shapes(shape: tuple[int, int]) -> None:
    inputs = {"token_ids": tf.ones(shape, tf.int32), "padding_mask": tf.ones(shape, tf.int32)}
    for whole_words in (False, True):
        masked = _mask(inputs, 1, whole_words=whole_words)
        assert masked["weights"].sum() == 0
        assert len(masked["positions"]) == shape[0]
