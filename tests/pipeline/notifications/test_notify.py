"""Messages on what came of a run, to a real program and a real HTTP server."""

import http.server
import json
import pathlib
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pydantic
import pytest

from pipeline.notifications.config import NotificationsConfig
from pipeline.notifications.notify import message_of, notify
from pipeline.runs.record import RunOutcome, RunRecord

KEEP = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_bytes(sys.stdin.buffer.read())"


def _record(state: str = "done", error: str | None = None, **outcome: Any) -> RunRecord:
    found = {"promoted": True, "version": 3, "path": "serving/3", "reason": "good", "verdict": "2 of 2", "metrics": {}}
    return RunRecord(
        run="2026-01-02",
        started_at="2026-01-02T03:04:05+00:00",
        log="run.log",
        state=state,  # type: ignore[arg-type]
        error=error,
        outcome=RunOutcome(**{**found, **outcome}) if state == "done" else None,
    )


def _message(record: RunRecord) -> Any:
    message = message_of("tickets", record)
    assert message is not None
    return message


@pytest.mark.parametrize(
    ("record", "event", "reason"),
    [
        (_record(), "promoted", "2 of 2"),
        (_record(promoted=False, version=None, path=None, reason="too bad"), "refused", "too bad"),
        (_record(state="failed", error="no such file"), "failed", "no such file"),
    ],
)
def test_what_is_told(record: RunRecord, event: str, reason: str) -> None:
    message = _message(record)
    assert (message.event, message.reason) == (event, reason)
    assert message.text.startswith(f"bertline: tickets, run 2026-01-02: {event}: ")


@pytest.mark.parametrize("record", [_record(promoted=False, version=3), _record(state="interrupted")])
def test_what_is_no_news(record: RunRecord) -> None:
    assert message_of("tickets", record) is None


def test_a_command_gets_the_message(tmp_path: pathlib.Path) -> None:
    config = NotificationsConfig(command=(sys.executable, "-c", KEEP, str(tmp_path / "got.json")))
    assert notify(config, _message(_record(reason="é"))) == []
    got = json.loads((tmp_path / "got.json").read_text())
    assert (got["event"], got["version"], got["pipeline"], got["log"]) == ("promoted", 3, "tickets", "run.log")


def test_only_what_is_asked_for_is_told(tmp_path: pathlib.Path) -> None:
    config = NotificationsConfig(on=("failed",), command=(sys.executable, "-c", KEEP, str(tmp_path / "got.json")))
    notify(config, _message(_record()))
    assert not (tmp_path / "got.json").exists()


@pytest.fixture
def received() -> Iterator[tuple[str, list[Any]]]:
    """The address of a server, and what it gets."""
    got: list[Any] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200 if self.path == "/hook" else 403)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", got
        server.shutdown()


def test_a_web_hook_gets_the_message(received: tuple[str, list[Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    address, got = received
    assert notify(NotificationsConfig(web_hook=f"{address}/hook"), _message(_record())) == []
    monkeypatch.setenv("HOOK", f"{address}/hook")
    assert notify(NotificationsConfig(web_hook="$HOOK"), _message(_record(state="failed", error="x"))) == []
    assert [body["event"] for body in got] == ["promoted", "failed"]


def test_faults_are_told_and_nothing_else_happens(received: tuple[str, list[Any]]) -> None:
    config = NotificationsConfig(
        command=(sys.executable, "-c", "import sys; sys.exit('no chat today')"), web_hook=f"{received[0]}/other"
    )
    command, hook = notify(config, _message(_record()))
    assert command.startswith("notifications.command: ")
    assert command.endswith("ended with exit code 1: no chat today")
    assert hook == "notifications.web_hook: HTTP Error 403: Forbidden"
    missing = notify(NotificationsConfig(command=("no-such-program",), web_hook="$NO_SUCH"), _message(_record()))
    assert "no-such-program" in missing[0]
    assert missing[1] == "notifications.web_hook: the environment has no variable NO_SUCH"


def test_a_command_that_hangs_is_given_up() -> None:
    config = NotificationsConfig(command=(sys.executable, "-c", "import time; time.sleep(60)"), timeout_seconds=0.5)
    (fault,) = notify(config, _message(_record()))
    assert "timed out after 0.5 seconds" in fault


def test_a_web_hook_that_is_no_address_is_refused() -> None:
    with pytest.raises(pydantic.ValidationError, match="must begin with https://"):
        NotificationsConfig(web_hook="file:///etc/passwd")
