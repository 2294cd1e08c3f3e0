"""Keras' loss scaling for float16, with a count of all steps."""

from typing import Any

import keras
from typing_extensions import override


class CountedLossScale(keras.optimizers.LossScaleOptimizer):
    """Counts the steps whose gradients overflowed, too: their batches are gone, though the optimizer never saw them."""

    @override
    def apply(self, grads: Any, trainable_variables: Any = None) -> None:
        super().apply(grads, trainable_variables)
        self._iterations.assign_add(1)
