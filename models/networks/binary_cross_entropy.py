"""Binary cross-entropy of independent labels, with weights of the rows that have a label."""

from typing import Any

import keras
from typing_extensions import override

from models.tasks.interface.loss_options import LossOptions


def build_binary_cross_entropy(options: LossOptions) -> keras.losses.Loss:
    """Builds the loss of a multi-label classifier: the mean over rows and labels.

    Args:
        options: Weights of labels.
    """
    if options.class_weights is None:
        return keras.losses.BinaryCrossentropy(from_logits=True)
    return PositiveWeightedCrossEntropy(options.class_weights)


class PositiveWeightedCrossEntropy(keras.losses.Loss):
    """For label k, -w_k y_k log p_k - (1 - y_k) log(1 - p_k): the rows that have a label weigh, the others stay.

    With balanced weights the rows that have a label weigh the same in sum for each label, however rare.
    """

    def __init__(self, class_weights: tuple[float, ...]) -> None:
        """Sets the weights.

        Args:
            class_weights: One for each label.
        """
        super().__init__(name="positive_weighted_cross_entropy")
        self._class_weights = class_weights

    @override
    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Losses, float32 [batch], of targets, 0 or 1, and logits, float32 [batch, labels]."""
        weights = keras.ops.convert_to_tensor(self._class_weights, dtype=y_pred.dtype)
        truth = keras.ops.cast(y_true, y_pred.dtype)
        has_it = -weights * truth * keras.ops.log_sigmoid(y_pred)
        has_it_not = -(1.0 - truth) * keras.ops.log_sigmoid(-y_pred)
        return keras.ops.mean(has_it + has_it_not, axis=-1)
