import io
import os
import pty
from collections.abc import Iterator

import pytest

from pipeline.doctor.finding import Finding
from pipeline.doctor.findings_table import FindingsTable, sum_up

LONG = Finding("problem", "packages: " + "word " * 30 + "end", "do [this]")


def test_elsewhere_than_on_a_terminal_each_finding_is_one_plain_line() -> None:
    output = io.StringIO()
    with FindingsTable(output) as table:
        table.begin("Python")
        table.add("Python", Finding("ok", "3.11"))
        table.add("packages", LONG)
        table.finish()
    assert output.getvalue().splitlines() == [
        "Python          ok       3.11",
        f"packages        problem  {LONG.text}: do [this]",
        "bertline: 1 problem in 2 checks",
    ]


def _read(reader: int) -> Iterator[str]:
    while True:
        try:
            yield os.read(reader, 100_000).decode()
        except OSError:
            # All is read, and the other end is closed.
            return


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, io.TextIOWrapper]]:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "60")
    reader, writer = pty.openpty()
    with os.fdopen(writer, "w") as output:
        yield reader, output
    os.close(reader)


def test_on_a_terminal_findings_stay_in_their_columns(terminal: tuple[int, io.TextIOWrapper]) -> None:
    reader, output = terminal
    with FindingsTable(output) as table:
        table.add("packages", LONG)
        table.finish()
    output.close()
    text = "".join(_read(reader))
    # Both colours are named: it can be read on light and on dark.
    assert "\x1b[1;37;41mproblem" in text
    lines = [line for line in text.splitlines() if "word" in line]
    assert len(lines) > 2
    assert all(line.startswith(" " * 25 + "word") or "packages: word" in line for line in lines)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["ok", "ok"], "all 2 checks are ok"),
        (["ok", "warning"], "1 warning in 2 checks; runs can go ahead"),
        (["problem", "warning", "warning"], "1 problem and 2 warnings in 3 checks"),
        (["problem", "problem"], "2 problems in 2 checks"),
    ],
)
def test_the_last_line_sums_up(states: list[str], expected: str) -> None:
    assert sum_up(states) == expected
