"""Amounts and durations, as numbers."""

import re

import pytest

from pipeline.kubeflow.quantities import CPU, DURATION, MEMORY, cores, gigabytes, seconds


@pytest.mark.parametrize(("text", "number"), [("2", 2.0), ("0.5", 0.5), ("500m", 0.5), ("1500m", 1.5)])
def test_cpus(text: str, number: float) -> None:
    assert re.match(CPU, text)
    assert cores(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1Gi", 1.073741824),
        ("2G", 2.0),
        ("512Mi", 0.536870912),
        ("500M", 0.5),
        ("1000000000", 1.0),
        ("1.5Gi", 1.610612736),
    ],
)
def test_memory(text: str, number: float) -> None:
    assert re.match(MEMORY, text)
    assert gigabytes(text) == pytest.approx(number)


@pytest.mark.parametrize(("text", "number"), [("30s", 30), ("90m", 5400), ("12h", 43200), ("2d", 172800)])
def test_durations(text: str, number: int) -> None:
    assert re.match(DURATION, text)
    assert seconds(text) == number
