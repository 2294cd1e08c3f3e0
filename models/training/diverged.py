"""A training whose loss is no number any more."""

import math

from models.user_error import UserError


class DivergedError(UserError):
    """The loss is NaN or infinite, and whatever would follow is; the message says when it became so."""


def check_loss(loss: float, step: int, epoch: int) -> None:
    """Looks at the mean loss of an epoch so far.

    Args:
        loss: The mean, so that a NaN of any step shows in those after it.
        step: Of the epoch, from 0.
        epoch: From 0.

    Raises:
        DivergedError: It is no number.
    """
    if not math.isfinite(loss):
        raise DivergedError(f"the loss is {loss} at step {step + 1} of epoch {epoch + 1}: the training has diverged")
