"""What a benchmark says of what it found."""

import pathlib

import pytest

from benchmarks.result import Result

FASTER = Result("ingest", "peer", "rows/s", ours=(300.0, 100.0, 200.0), theirs=(100.0, 100.0, 100.0), reach=1.5)
SLOWER = Result("ask", "peer", "ms", ours=(20.0,), theirs=(10.0,), reach=1.0, is_time=True)
ALONE = Result("start", "", "s", ours=(3.0, 4.0), theirs=(), reach="12 at most", is_time=True)


def test_a_ratio_above_one_is_better() -> None:
    assert FASTER.ratios() == [3.0, 1.0, 2.0]
    assert SLOWER.ratios() == [0.5]
    assert str(SLOWER) == "ask: ours 20 ms; peer 10 ms; ratio 0.50 (0.50 to 0.50); wanted 1.00"


def test_a_row_has_every_figure() -> None:
    assert (
        FASTER.row() == "| ingest | peer | 300, 100, 200 rows/s | 100, 100, 100 rows/s | 2.00 (1.00 to 3.00) | 1.50 |"
    )


def test_where_there_is_no_peer_there_is_no_ratio() -> None:
    assert str(ALONE) == "start: ours 3, 4 s; wanted 12 at most"
    assert ALONE.row() == "| start | - | 3, 4 s | - | - | 12 at most |"


def test_results_are_read_as_they_were_written(tmp_path: pathlib.Path) -> None:
    for result in (FASTER, SLOWER, ALONE):
        result.append_to(tmp_path / "found")
    assert Result.read_all(tmp_path / "found") == [FASTER, SLOWER, ALONE]


def test_a_turn_of_one_alone_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        Result("ask", "peer", "ms", ours=(1.0, 2.0), theirs=(1.0,), reach=1.0).ratios()
