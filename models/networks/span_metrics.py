"""What training tells of a span network: how often and how nearly it points at the right span of a window."""

from typing import Any

import keras

from models.networks.span_head import MASKED_LOGIT


def exact_span(y_true: Any, y_pred: Any) -> Any:
    """1 where the best start and the best end are both right, else 0.

    Args:
        y_true: Positions [batch, 2].
        y_pred: Logits, float32 [batch, length, 2].

    Returns:
        float32 [batch].
    """
    is_right = keras.ops.cast(y_true, "int32") == keras.ops.cast(keras.ops.argmax(y_pred, axis=1), "int32")
    return keras.ops.cast(keras.ops.all(is_right, axis=1), "float32")


def span_f1(y_true: Any, y_pred: Any) -> Any:
    """2 times the pieces that both spans have, by the pieces that each has; 1 where both are `[CLS]`.

    The predicted span is the best start with the best end from there on: what is served, but that an answer is sought
    in a single window and may be of any length.

    Args:
        y_true: Positions [batch, 2].
        y_pred: Logits, float32 [batch, length, 2].

    Returns:
        float32 [batch].
    """
    truth = keras.ops.cast(y_true, "int32")
    first = keras.ops.cast(keras.ops.argmax(y_pred[..., 0], axis=1), "int32")
    columns = keras.ops.arange(keras.ops.shape(y_pred)[1], dtype="int32")
    is_after = columns[None] >= first[:, None]
    last = keras.ops.cast(
        keras.ops.argmax(keras.ops.where(is_after, y_pred[..., 1], 2 * MASKED_LOGIT), axis=1), "int32"
    )
    last = keras.ops.where(first == 0, 0, last)
    common = keras.ops.minimum(last, truth[:, 1]) - keras.ops.maximum(first, truth[:, 0]) + 1
    sizes = (last - first + 1) + (truth[:, 1] - truth[:, 0] + 1)
    return 2.0 * keras.ops.cast(keras.ops.maximum(common, 0), "float32") / keras.ops.cast(sizes, "float32")
