import io
import os
import pty
import sys

import pytest

from pipeline.display.transient_note import transient_note


@pytest.mark.parametrize(("term", "shown"), [("xterm", b"loading\r\x1b[2K"), ("dumb", b"loading\r\n")])
def test_a_note_is_gone_when_it_is_over(term: str, shown: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    master, slave = pty.openpty()
    monkeypatch.setenv("TERM", term)
    with os.fdopen(slave, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        with pytest.raises(KeyboardInterrupt), transient_note("loading"):
            raise KeyboardInterrupt
        seen = b""
        while len(seen) < len(shown):
            seen += os.read(master, 100)
        assert seen == shown
    os.close(master)


def test_no_terminal_no_note(monkeypatch: pytest.MonkeyPatch) -> None:
    output = io.StringIO()
    monkeypatch.setattr(sys, "stderr", output)
    with transient_note("loading"):
        pass
    assert output.getvalue() == ""
