"""A life that does not show what it should is told so."""

import dataclasses

import pytest

from examples.thirty_days.claims import broken_claims
from examples.thirty_days.day import Day, Share
from examples.thirty_days.plan import Plan

PLAN = Plan()


def _day(number: int, **changed: object) -> Day:
    new = Share(8, 12) if number > 21 else Share(0, 12 if number > 19 else 0)
    drift = ("new_words",) if number in (13, 14) else ()
    day = Day(number, 24, True, drift, new, Share(16, 24), Share(17, 24), number, 30.0, 60.0)
    return dataclasses.replace(day, **changed)


def _life(**changed_by_number: dict[str, object]) -> list[Day]:
    return [_day(number, **changed_by_number.get(f"day{number}", {})) for number in range(1, 31)]


def test_a_good_life_breaks_no_claim() -> None:
    assert broken_claims(PLAN, _life()) == []
    assert broken_claims(PLAN, _life()[:3]) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"day11": {"drift": ("labels",)}}, "a false alarm on day 11: labels"),
        ({"day13": {"drift": ()}}, "the drift of day 12 was not found by day 13"),
        ({"day4": {"decided": False}}, "on day 4 the monitor had too few messages to tell"),
        ({"day9": {"after": Share(15, 24)}}, "the model of day 9 is worse than the one before: 15 < 16"),
        ({"day30": {"mebibytes": 1500.1}}, "1500.1 MiB lay on the disk after day 30"),
    ],
)
def test_what_is_broken_is_told(changed: dict[str, dict[str, object]], told: str) -> None:
    assert broken_claims(PLAN, _life(**changed)) == [told]


def test_a_topic_that_is_not_learnt_is_told() -> None:
    days = [day if day.number < 23 else dataclasses.replace(day, new_topic=Share(5, 12)) for day in _life()]
    assert broken_claims(PLAN, days) == ["cancellation was recognised in 40 of 96 messages, less than 50%"]


def test_a_refused_model_breaks_nothing() -> None:
    assert broken_claims(PLAN, _life(day9={"after": None})) == []
