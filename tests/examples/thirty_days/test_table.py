"""The table and the record of the days."""

import dataclasses
import json

from examples.thirty_days.day import Day, Share
from examples.thirty_days.table import table

DAYS = [
    Day(1, 24, False, (), Share(0, 0), Share(14, 24), None, 1, 21.04, 61.2),
    Day(2, 36, True, ("new_words", "labels"), Share(3, 12), Share(20, 36), Share(22, 36), 2, 30.0, 59.6),
]


def test_rows_of_the_table() -> None:
    assert table(DAYS).splitlines()[2:] == [
        "| 1 | 24 | too few messages to tell |  | 14/24 | refused | 1 | 21.0 | 61 |",
        "| 2 | 36 | new_words, labels | 3/12 | 20/36 | 22/36 | 2 | 30.0 | 60 |",
    ]


def test_days_come_back_from_their_record() -> None:
    assert [Day.from_json(json.loads(json.dumps(dataclasses.asdict(day)))) for day in DAYS] == DAYS
