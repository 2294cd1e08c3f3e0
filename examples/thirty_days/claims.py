"""What a life has to show, and where it does not."""

from collections.abc import Callable, Iterator, Sequence

from examples.thirty_days.day import Day, Share
from examples.thirty_days.plan import Plan

MOST_DAYS_TO_FIND_DRIFT = 2
NIGHTS_TO_LEARN = 3
"""The labels of its first day are learnt in the night of its second; the third is the first that can show it."""
LEAST_RECALL = 0.5
MOST_MEBIBYTES = 1500
"""Three versions, the runs that made them and the two newest ones: each has a MiniLM of 180 MiB at most."""


def broken_claims(plan: Plan, days: Sequence[Day]) -> list[str]:
    """Every claim that does not hold, in a sentence; those that need more days than there were are left out.

    Args:
        plan: What was planted when.
        days: All days, in order.
    """
    rules: tuple[Callable[[Plan, Sequence[Day]], Iterator[str]], ...] = (_alarms, _drift, _topic, _promotions, _disk)
    return [fault for rule in rules for fault in rule(plan, days)]


def learnt(plan: Plan, days: Sequence[Day]) -> Share:
    """The new topic's messages of the days on which it should be known: how many were answered with it at once."""
    late = [day.new_topic for day in days if day.number >= plan.topic_day + NIGHTS_TO_LEARN]
    return Share(sum(share.right for share in late), sum(share.rows for share in late))


def _alarms(plan: Plan, days: Sequence[Day]) -> Iterator[str]:
    for day in days:
        if not day.decided:
            yield f"on day {day.number} the monitor had too few messages to tell"
        if day.drift and day.number < min(plan.drift_day, plan.topic_day):
            yield f"a false alarm on day {day.number}: {', '.join(day.drift)}"


def _drift(plan: Plan, days: Sequence[Day]) -> Iterator[str]:
    last = plan.drift_day + MOST_DAYS_TO_FIND_DRIFT - 1
    if len(days) >= last and not any(day.drift for day in days if plan.drift_day <= day.number <= last):
        yield f"the drift of day {plan.drift_day} was not found by day {last}"


def _topic(plan: Plan, days: Sequence[Day]) -> Iterator[str]:
    share = learnt(plan, days)
    if share.rows and share.value < LEAST_RECALL:
        yield f"{plan.topic} was recognised in {share.right} of {share.rows} messages, less than {LEAST_RECALL:.0%}"


def _promotions(_: Plan, days: Sequence[Day]) -> Iterator[str]:
    for day in days:
        if day.after and day.after.right < day.before.right:
            yield f"the model of day {day.number} is worse than the one before: {day.after.right} < {day.before.right}"


def _disk(_: Plan, days: Sequence[Day]) -> Iterator[str]:
    for day in days:
        if day.mebibytes > MOST_MEBIBYTES:
            yield f"{day.mebibytes:.1f} MiB lay on the disk after day {day.number}"
