"""Which message comes on which day; each comes once in a life."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from examples.thirty_days.mail_gateway import forwarded
from examples.thirty_days.plan import Plan
from examples.thirty_days.ticket import Ticket


class Messages(NamedTuple):
    """The messages of a life.

    Attributes:
        before: Those that were labelled before the service began.
        by_day: Those of day 1, 2, …
    """

    before: tuple[Ticket, ...]
    by_day: tuple[tuple[Ticket, ...], ...]


def messages_of(plan: Plan, tickets: Sequence[Ticket]) -> Messages:
    """Deals out the tickets in their order, which is shuffled.

    Args:
        plan: What is planted when.
        tickets: All there are; those of the plan's topic are kept back until its day.

    Raises:
        ValueError: There are too few.
    """
    known = [ticket for ticket in tickets if ticket.topic != plan.topic]
    new = iter([ticket for ticket in tickets if ticket.topic == plan.topic])
    num_before = len(known) - plan.days * plan.rows
    if num_before < plan.rows:
        raise ValueError(f"{len(known)} tickets are too few for {plan.days} days of {plan.rows}")
    rest = iter(known[num_before:])
    return Messages(tuple(known[:num_before]), tuple(_day(plan, day, rest, new) for day in range(1, plan.days + 1)))


def _day(plan: Plan, day: int, known: Iterator[Ticket], new: Iterator[Ticket]) -> tuple[Ticket, ...]:
    came = list(itertools.islice(known, plan.rows))
    if day >= plan.topic_day:
        came = _mixed(came, itertools.islice(new, plan.new_rows))
    if day < plan.drift_day:
        return tuple(came)
    # Every second message comes through the gateway.
    return tuple(forwarded(each, 100 * day + at) if at % 2 else each for at, each in enumerate(came))


def _mixed(many: Sequence[Ticket], few: Iterable[Ticket]) -> list[Ticket]:
    """Puts one of the few behind every second of the many, as long as there are any."""
    rest = iter(few)
    pairs = ([each, next(rest, None)] if at % 2 else [each] for at, each in enumerate(many))
    return [each for pair in pairs for each in pair if each is not None]
