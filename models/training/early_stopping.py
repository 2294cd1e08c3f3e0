"""Which epoch is the best so far, and whether it is time to stop."""

import dataclasses
import math
from typing import Literal, Self


@dataclasses.dataclass(frozen=True)
class EarlyStopping:
    """The rule and how far it has come.

    Attributes:
        mode: Whether a higher value is better, or a lower one.
        patience: Epochs without a better value before training stops; 0 never stops early.
        best: The best value so far, that of the network before training included; None before the first.
        epochs_waited: Epochs since then.
    """

    mode: Literal["max", "min"]
    patience: int
    best: float | None = None
    epochs_waited: int = 0

    def is_better(self, value: float) -> bool:
        """Whether an epoch's value beats all before it; the first does, and the first that is a number."""
        if self.best is None or math.isnan(self.best):
            return True
        return value > self.best if self.mode == "max" else value < self.best

    def after(self, value: float) -> Self:
        """The rule after one more epoch."""
        if self.is_better(value):
            return dataclasses.replace(self, best=value, epochs_waited=0)
        return dataclasses.replace(self, epochs_waited=self.epochs_waited + 1)

    @property
    def is_over(self) -> bool:
        """Whether training stops here."""
        return 0 < self.patience <= self.epochs_waited
