"""When a watch starts a run."""

from typing import Any

import pytest

from pipeline.watch.sight import Sight
from pipeline.watch.watcher import Watcher


class World:
    """Files, a clock and somebody else's run, as a watch is shown them."""

    def __init__(self, settle_seconds: float = 10) -> None:
        self.is_busy = False
        self.runs: list[float] = []
        self.told: list[str] = []
        self.now = 100.0
        self.sight = Sight({"a.csv": (1, 1)})
        self.watcher = Watcher(
            settle_seconds, lambda: self.is_busy, lambda: self.runs.append(self.now), self.told.append
        )

    def look(self, *seconds: float, **changes: Any) -> None:
        """Changes something, and looks at some moments."""
        self.sight = Sight(**{"files": self.sight.files, **changes})
        for self.now in seconds:
            self.watcher.look(self.sight, self.now)


def test_a_run_starts_once_when_the_files_rest() -> None:
    world = World()
    world.look(100, 105, 109.9)
    assert world.runs == []
    world.look(110, 120, 500)
    assert world.runs == [110]
    assert world.told == ["1 files are there; waits until nothing changes for 10 s"]


def test_each_change_begins_the_waiting_anew() -> None:
    world = World()
    world.look(100, 108)
    world.look(109, 118, files={"a.csv": (2, 2)})
    # It grows back to what it was: that is a change, too.
    world.look(119, 128, files={"a.csv": (1, 1)})
    assert world.runs == []
    world.look(129)
    assert world.runs == [129]


def test_nothing_is_waited_for_where_that_is_asked() -> None:
    world = World(settle_seconds=0)
    world.look(100, 101)
    world.look(102, files={"a.csv": (1, 1), "b.csv": (1, 1)})
    assert world.runs == [100, 102]
    assert world.told[1] == "new: b.csv; waits until nothing changes for 0 s"


def test_a_state_that_a_run_had_is_not_run_again() -> None:
    world = World()
    world.look(100, 110)
    world.look(120, files={"a.csv": (2, 2)})
    world.look(121, 200, files={"a.csv": (1, 1)})
    assert world.runs == [110]
    assert world.told[-1] == "changed: a.csv; all is as the last run found it"


def test_data_that_cannot_be_read_are_told_once_and_start_nothing() -> None:
    world = World()
    world.look(100, 110, 200, files={}, fault="no file matches")
    assert (world.runs, world.told) == ([], ["no run can begin: no file matches"])
    world.look(300, 309, files={"a.csv": (1, 1)})
    assert world.runs == []
    world.look(310)
    assert world.runs == [310]


def test_somebody_elses_run_is_waited_for() -> None:
    world = World()
    world.is_busy = True
    world.look(100, 110, 120)
    assert (world.runs, world.told[1:]) == ([], ["another run is going on: waits for its end"])
    world.is_busy = False
    world.look(130, 140)
    assert world.runs == [130]


def test_a_run_that_found_another_one_going_on_is_tried_again() -> None:
    world = World()
    world.look(100, 110)
    world.watcher.try_again()
    world.is_busy = True
    world.look(120)
    world.is_busy = False
    world.look(130, 140)
    assert world.runs == [110, 130]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a": (1, 1)}, ""),
        ({"a": (1, 2)}, "changed: a"),
        ({"a": (2, 1), "b": (1, 1)}, "new: b; changed: a"),
        ({}, "gone: a"),
        ({"a": (1, 1), **dict.fromkeys("bcdef", (1, 1))}, "new: b, c, d and 2 more"),
    ],
)
def test_changes_in_words(files: dict[str, tuple[int, float]], expected: str) -> None:
    assert Sight(files).changes_since(Sight({"a": (1, 1)})) == expected
