"""When a checkpoint is due: often enough to lose little, seldom enough to cost little."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class SavingRule:
    """How long to train between two checkpoints.

    Attributes:
        min_seconds: Least time between two of them within an epoch.
        max_share: Largest share of the training time that saving may take, whichever the moment.
    """

    min_seconds: float = 30.0
    max_share: float = 0.02

    def interval_seconds(self, save_seconds: float, at_epoch_end: bool) -> float:
        """Least time since the last checkpoint before the next one is due.

        Args:
            save_seconds: How long the last one took to save; 0 before the first.
            at_epoch_end: Whether an epoch was just evaluated, which a checkpoint saves from being done again.
        """
        affordable = save_seconds / self.max_share
        return affordable if at_epoch_end else max(self.min_seconds, affordable)
