"""Names of log files, which are names of runs."""

import concurrent.futures
import datetime
import pathlib
import re
import threading

import pytest

from pipeline.log_file import new_log_path


class Clock(datetime.datetime):
    """Stands still."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:
        return datetime.datetime(2026, 1, 2, 3, 4, 5, 999999, tz)


def test_a_log_is_named_after_the_time_and_made(tmp_path: pathlib.Path) -> None:
    before = datetime.datetime.now().replace(microsecond=0)
    path = new_log_path(tmp_path / "runs" / "logs")
    assert path.read_bytes() == b""
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.log", path.name)
    assert before <= datetime.datetime.strptime(path.stem, "%Y-%m-%dT%H-%M-%S") <= datetime.datetime.now()


def test_logs_of_one_second_have_names_of_their_own_that_sort(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.log_file.datetime.datetime", Clock)
    runs = [new_log_path(tmp_path).stem for _ in range(9)]
    assert runs[:3] == ["2026-01-02T03-04-05", "2026-01-02T03-04-05.2", "2026-01-02T03-04-05.3"]
    assert sorted(runs) == runs
    assert len(set(runs)) == 9


def test_runs_that_start_at_once_have_names_of_their_own(tmp_path: pathlib.Path) -> None:
    together = threading.Barrier(16)

    def start(_: int) -> list[pathlib.Path]:
        together.wait()
        return [new_log_path(tmp_path) for _ in range(20)]

    with concurrent.futures.ThreadPoolExecutor(16) as threads:
        paths = [path for made in threads.map(start, range(16)) for path in made]
    assert len(set(paths)) == len(paths)
