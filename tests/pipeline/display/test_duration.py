import pytest

from pipeline.display.duration import clock, duration


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0:00"), (7.4, "0:07"), (59.6, "1:00"), (83, "1:23"), (3599.7, "1:00:00"), (90061, "25:01:01"), (-3, "0:00")],
)
def test_clock(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "digits", "shown"),
    [
        (0.04, 1, "0.0 s"),
        (12.34, 1, "12.3 s"),
        (12.34, 0, "12 s"),
        (59.96, 1, "1:00"),
        (59.6, 0, "1:00"),
        (60, 1, "1:00"),
    ],
)
def test_duration(seconds: float, digits: int, shown: str) -> None:
    assert duration(seconds, digits) == shown
