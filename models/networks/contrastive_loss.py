"""The contrastive loss of pairs: each text finds its own pair among those of the batch."""

from typing import Any

import keras
from typing_extensions import override


class ContrastiveLoss(keras.losses.Loss):
    """InfoNCE with in-batch negatives (van den Oord et al. 2018, equation 4), both ways.

    For pair i: the mean of -log softmax(text_i · pair_j / temperature) over j at j = i, and of the same over the texts
    for pair_i. A text or pair that occurs twice is one negative, and one that belongs to the other side, as
    `counted_cells` tells, is none.
    """

    def __init__(self, temperature: float) -> None:
        """Sets the scale.

        Args:
            temperature: The lower, the more the nearest negatives count.
        """
        super().__init__(name="contrastive_loss")
        self._temperature = temperature

    @override
    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Losses, float32 [pairs].

        Args:
            y_true: float32 [pairs, 3]: the numbers of the text and of its pair among the batch's different texts, and
                whether they belong together (1 or 0).
            y_pred: float32 [2 * pairs, width]: unit vectors, those of each text and its pair in turns.
        """
        ops = keras.ops
        logits = similarities(y_pred) / self._temperature
        own = ops.diagonal(logits)
        of_texts, of_pairs = counted_cells(y_true)
        # All are at least -1 / temperature.
        lowest = -1e9
        forward = ops.logsumexp(ops.where(of_texts, logits, lowest), axis=1) - own
        backward = ops.logsumexp(ops.where(of_pairs, logits, lowest), axis=0) - own
        return (forward + backward) / 2


def share_of_nearest(y_true: Any, y_pred: Any) -> Any:
    """Whether each text's own pair is the nearest of the batch's, float32 [pairs]; arguments as those of the loss."""
    ops = keras.ops
    cells = similarities(y_pred)
    of_texts, _ = counted_cells(y_true)
    return ops.cast(ops.diagonal(cells) >= ops.max(ops.where(of_texts, cells, -2.0), axis=1), "float32")


def similarities(vectors: Any) -> Any:
    """The cosine of each text (row) and each pair (column), [pairs, pairs], of vectors as the loss takes them."""
    sides = keras.ops.reshape(vectors, (-1, 2, vectors.shape[-1]))
    return keras.ops.matmul(sides[:, 0], keras.ops.transpose(sides[:, 1]))


def counted_cells(y_true: Any) -> tuple[Any, Any]:
    """Which cells of text i and pair j the softmax over pairs counts, and which that over texts.

    These are a text and its own pair, and negatives. No negative are texts that are the same, that some pair of the
    batch that belongs together says to belong together, or that are there already by another cell.

    Args:
        y_true: As the loss takes it.

    Returns:
        Two of bool [pairs, pairs].
    """
    ops = keras.ops
    texts, pairs, belongs = y_true[:, 0], y_true[:, 1], y_true[:, 2]
    positions = ops.arange(ops.shape(texts)[0])
    is_own = _equal(positions, positions)
    same_text, same_pair, crossed = _equal(texts, texts), _equal(pairs, pairs), _equal(texts, pairs)
    # Over the pairs k that belong together: text i is text k and pair j is pair k, or the other way round.
    known = _number(same_text) * belongs @ _number(same_pair) + _number(crossed) * belongs @ _number(crossed)
    is_negative = ops.logical_not(ops.logical_or(crossed, known > 0))
    of_texts = ops.logical_and(is_negative, _is_first(same_pair)[None, :])
    of_pairs = ops.logical_and(is_negative, _is_first(same_text)[:, None])
    return ops.logical_or(is_own, of_texts), ops.logical_or(is_own, of_pairs)


def _equal(rows: Any, columns: Any) -> Any:
    return keras.ops.equal(rows[:, None], columns[None, :])


def _is_first(same: Any) -> Any:
    """Whether none before an element is the same, bool [n], by which are, bool [n, n]."""
    return keras.ops.sum(keras.ops.tril(_number(same), k=-1), axis=1) == 0


def _number(condition: Any) -> Any:
    return keras.ops.cast(condition, "float32")
