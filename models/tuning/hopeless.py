"""Whether a trial is worth going on with."""

from collections.abc import Sequence

from models.tasks.interface.evaluation import Monitor

MIN_OTHERS = 3
"""Fewer trials say too little of what is bad."""


def is_hopeless(values: Sequence[float], others: Sequence[Sequence[float]], monitor: Monitor) -> bool:
    """Whether a trial is worse by now than all others that ended were after as many epochs.

    It can therefore not be better than the best of them so far, only become so; that it does from the last place is
    what the rule bets against.

    Args:
        values: Its metric after each epoch so far.
        others: The metric after each epoch of trials that went to their end.
        monitor: The metric and its direction.
    """
    if len(others) < MIN_OTHERS:
        return False
    best = max if monitor.mode == "max" else min
    own = best(values)
    theirs = [best(each[: len(values)]) for each in others if each]
    return all(best(own, value) != own for value in theirs)
