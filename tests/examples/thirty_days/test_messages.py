"""Which message comes when, and what is planted among them."""

import dataclasses

import pytest

from examples.thirty_days.life import HERE
from examples.thirty_days.messages import Messages, messages_of
from examples.thirty_days.plan import Plan
from examples.thirty_days.ticket import Ticket, read_tickets

PLAN = Plan()


@pytest.fixture(scope="module")
def tickets() -> list[Ticket]:
    return read_tickets(HERE.parent / "data" / "tickets.csv")


@pytest.fixture(scope="module")
def messages(tickets: list[Ticket]) -> Messages:
    return messages_of(PLAN, tickets)


def test_no_ticket_comes_twice(tickets: list[Ticket], messages: Messages) -> None:
    came = [ticket.message for ticket in (*messages.before, *(each for day in messages.by_day for each in day))]
    of = {ticket.message for ticket in tickets}
    originals = [
        text if text in of else text.partition(": ")[2].partition("\n\nThis e-mail and any")[0] for text in came
    ]
    assert len(set(originals)) == len(came) > 1000
    assert set(originals) <= of


def test_the_new_topic_comes_on_its_day_and_stays(messages: Messages) -> None:
    counts = [sum(ticket.topic == PLAN.topic for ticket in day) for day in (messages.before, *messages.by_day)]
    assert counts[:20] == [0] * 20
    assert set(counts[20:30]) == {12}
    assert [len(day) for day in messages.by_day] == [24] * 19 + [36] * 11


def test_every_second_message_is_forwarded_from_the_day_of_the_drift(messages: Messages) -> None:
    forwarded = [sum(ticket.message.startswith("FWD [EXTERNAL] #") for ticket in day) for day in messages.by_day]
    assert forwarded == [0] * 11 + [12] * 8 + [18] * 11


def test_too_few_tickets_are_refused(tickets: list[Ticket]) -> None:
    with pytest.raises(ValueError, match="971 tickets are too few for 30 days of 33"):
        messages_of(dataclasses.replace(PLAN, rows=33), tickets)
