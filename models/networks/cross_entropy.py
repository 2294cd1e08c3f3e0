"""Cross-entropy between integer targets and logits, with class weights and label smoothing."""

from typing import Any

import keras
from typing_extensions import override

from models.tasks.interface.loss_options import LossOptions


def build_cross_entropy(options: LossOptions, num_classes: int) -> keras.losses.Loss:
    """Builds the loss of a classifier.

    Args:
        options: Weights and smoothing.
        num_classes: Size of the logits' last axis.
    """
    if options == LossOptions():
        return keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return WeightedCrossEntropy(options.class_weights or (1.0,) * num_classes, options.label_smoothing)


class WeightedCrossEntropy(keras.losses.Loss):
    """For a row of class c, w_c times the sum over all K classes k of -q_k log p_k.

    q_k is smoothing / K, and at c 1 - smoothing more (Szegedy et al. 2016, section 7). The mean is over rows, whatever
    they weigh.
    """

    def __init__(self, class_weights: tuple[float, ...], label_smoothing: float) -> None:
        """Sets the weights.

        Args:
            class_weights: One for each class.
            label_smoothing: From 0 to below 1.
        """
        super().__init__(name="weighted_cross_entropy")
        self._class_weights, self._label_smoothing = class_weights, label_smoothing

    @override
    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Losses, float32 [batch], of targets, int [batch], and logits, float32 [batch, classes]."""
        num_classes = len(self._class_weights)
        # Keras makes floats of targets.
        targets = keras.ops.cast(keras.ops.reshape(y_true, [-1]), "int32")
        truth = keras.ops.one_hot(targets, num_classes, dtype=y_pred.dtype)
        truth = truth * (1.0 - self._label_smoothing) + self._label_smoothing / num_classes
        losses = -keras.ops.sum(truth * keras.ops.log_softmax(y_pred), axis=-1)
        weights = keras.ops.convert_to_tensor(self._class_weights, dtype=y_pred.dtype)
        return losses * keras.ops.take(weights, targets)
