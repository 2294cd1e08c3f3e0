"""The window of time that options and config ask for, and samples of what lies in it."""

import datetime
import random

import pytest

from models.user_error import UserError
from pipeline.monitoring.distinct_sample import DistinctSample
from pipeline.monitoring.window import Window, window_of

NOW = datetime.datetime(2026, 3, 7, 12, 0).timestamp()
HOUR = 3600.0


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, (NOW - 24 * HOUR, NOW)),
        ("36h", None, (NOW - 36 * HOUR, NOW)),
        ("90m", "1h", (NOW - 2.5 * HOUR, NOW - HOUR)),
        (None, "7d", (NOW - 8 * 24 * HOUR, NOW - 7 * 24 * HOUR)),
        ("2026-03-07", "2026-03-07T06:00", (NOW - 12 * HOUR, NOW - 6 * HOUR)),
        ("2026-03-06", "2026-03-07", (NOW - 36 * HOUR, NOW - 12 * HOUR)),
        # What is logged of a request is the second in which it came.
        ("2026-03-07T10:00:00.9", "2026-03-07T11:00:00.9", (NOW - 2 * HOUR, NOW - HOUR)),
    ],
)
def test_windows(since: str | None, until: str | None, expected: tuple[float, float]) -> None:
    assert window_of(since, until, 24, NOW) == Window(*expected)


def test_a_zone_counts() -> None:
    found = window_of("2026-03-07T10:00:00+00:00", "2026-03-07T11:00:00+00:00", 24, NOW)
    assert found == Window(1772877600.0, 1772881200.0)


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        ("yesterday", None, "--since yesterday: this is neither a moment"),
        (None, "3 days", "--until 3 days: this is neither a moment"),
        ("2026-03-08", None, "the window is empty"),
        ("2026-03-07", "2026-03-07", "the window is empty"),
    ],
)
def test_what_is_no_window(since: str | None, until: str | None, words: str) -> None:
    with pytest.raises(UserError, match=words):
        window_of(since, until, 24, NOW)


def test_a_sample_does_not_depend_on_order_or_repetition() -> None:
    keys = [f"{number * 7919 % 65536:032x}" for number in range(500)]
    samples = []
    for seed in range(2):
        sample = DistinctSample[str](50)
        for key in random.Random(seed).choices(keys, k=3000) + keys:
            sample.add(key, key)
        assert sample.num_distinct == 500
        samples.append(sample.rows())
    assert samples[0] == samples[1] == tuple(sorted(keys)[:50])
