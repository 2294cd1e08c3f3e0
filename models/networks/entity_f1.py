"""Entity F1 while a network is trained, over batches of tagged rows."""

from typing import Any

import keras
from keras import ops
from typing_extensions import override


class EntityF1(keras.metrics.Metric):
    """F1 = 2 correct / (predicted + true) over entities, by the rules of CoNLL's evaluation script.

    Tags are numbers in the order of `iob2_tags`. An entity is correct where place and type are. One that a long text's
    windows divide counts as several. Shapes do not depend on values, so that XLA can compile it.
    """

    def __init__(self, name: str = "entity_f1") -> None:
        """Begins at zero."""
        super().__init__(name=name)
        self._correct = self.add_weight(name="correct", initializer="zeros")
        self._counted = self.add_weight(name="counted", initializer="zeros")

    @override
    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Counts a batch.

        Args:
            y_true: Tags, int [rows, length].
            y_pred: Logits, float [rows, length, tags].
            sample_weight: [rows, length], above 0 where a tag counts; None where all do.
        """
        true = ops.cast(y_true, "int32")
        predicted = ops.cast(ops.argmax(y_pred, axis=-1), "int32")
        if sample_weight is not None:
            true, predicted = _moved_left(ops.convert_to_tensor(sample_weight) > 0, true, predicted)
        true_begins, true_ends = _places(true)
        begins, ends = _places(predicted)
        # Where both begin, the tags may be `B-` and `I-` of one type.
        is_same = true_begins & begins & (true_ends == ends) & (_kind(true) == _kind(predicted))
        self._correct.assign_add(_number(is_same))
        self._counted.assign_add(_number(true_begins) + _number(begins))

    @override
    def result(self) -> Any:
        return ops.divide_no_nan(2.0 * self._correct, self._counted)


def _moved_left(counts: Any, *tags: Any) -> list[Any]:
    """The tags that count, side by side at the beginnings of their rows, and 0 behind them."""
    position = ops.broadcast_to(ops.arange(ops.shape(counts)[1]), ops.shape(counts))
    order = ops.argsort(ops.where(counts, position, position + ops.shape(counts)[1]), axis=1)
    return [ops.take_along_axis(ops.where(counts, each, 0), order, axis=1) for each in tags]


def _places(tags: Any) -> tuple[Any, Any]:
    """Where entities begin, bool [rows, length], and at these positions where they end."""
    kind = _kind(tags)
    is_inside = kind >= 0
    follows = (kind[:, 1:] == kind[:, :-1]) & (tags[:, 1:] % 2 == 0) & is_inside[:, 1:]
    begins = is_inside & ~ops.pad(follows, [[0, 0], [1, 0]])
    is_last = is_inside & ~ops.pad(follows, [[0, 0], [0, 1]])
    # The first entity of a row has the first end, the second one the second.
    length = ops.shape(tags)[1]
    ends = ops.sort(ops.where(is_last, ops.arange(length), length), axis=1)
    number = ops.maximum(ops.cumsum(ops.cast(begins, "int32"), axis=1) - 1, 0)
    return begins, ops.take_along_axis(ends, number, axis=1)


def _kind(tags: Any) -> Any:
    return (tags - 1) // 2


def _number(flags: Any) -> Any:
    return ops.sum(ops.cast(flags, "float32"))
