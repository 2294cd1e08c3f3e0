import os
import pathlib
import pty
import subprocess
import sys
import warnings

from pipeline.display import Display


def _drive(display: Display) -> None:
    with display:
        display.plan(["Ingest", "Trainer"])
        display.started("Ingest")
        sys.stdout.write("a library prints\n")
        warnings.warn("a library warns", stacklevel=1)
        display.finished("Ingest", "done", 1.5)
        display.finish("it knows the label [spam] and [/INST]")


def test_without_a_terminal_each_change_is_a_line(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "out"
    with path.open("w") as output:
        _drive(Display(output, "x", pathlib.Path("/logs/[1].log")))
    lines = path.read_text().splitlines()
    assert lines[0] == "bertline: running x (log: /logs/[1].log)"
    assert lines[1].split() == ["Ingest", "done", "1.5", "s"]
    assert lines[2] == "bertline: it knows the label [spam] and [/INST]"


def test_on_a_terminal_libraries_still_write_to_the_log_only(tmp_path: pathlib.Path) -> None:
    log = tmp_path / "run.log"
    code = f"""
import pathlib, sys
sys.path.insert(0, {str(pathlib.Path(__file__).parent)!r})
from pipeline.display import Display
from pipeline.log_file import log_file
from test_display import _drive
with log_file(pathlib.Path({str(log)!r})) as terminal:
    _drive(Display(terminal, "x", pathlib.Path("log")))
"""
    master, slave = pty.openpty()
    child = subprocess.Popen([sys.executable, "-c", code], stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    shown = b""
    while True:
        try:
            part = os.read(master, 4096)
        except OSError:  # Linux' way of saying that the other side closed
            break
        if not part:
            break
        shown += part
    assert child.wait() == 0
    assert b"[spam] and [/INST]" in shown
    assert b"Trainer" in shown
    assert b"a library" not in shown
    assert "a library prints" in log.read_text()
    assert "a library warns" in log.read_text()
