"""Micro F1 of independent labels while a network is trained, at the score 0.5."""

from typing import Any

import keras
from typing_extensions import override


class MicroF1OfLogits(keras.metrics.F1Score):
    """Keras' F1 over all labels together, of logits, where Keras takes scores."""

    def __init__(self, name: str) -> None:
        """Sets the name."""
        super().__init__(average="micro", threshold=0.5, name=name)

    @override
    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        super().update_state(y_true, keras.ops.sigmoid(y_pred), sample_weight)
