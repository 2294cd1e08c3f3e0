"""Runs what may crash or hang in a process of its own."""

import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
import tempfile
import time
from types import TracebackType
from typing import IO, Self


@dataclasses.dataclass(frozen=True)
class Outcome:
    """How a child process ended.

    Attributes:
        output: What it wrote to standard output.
        messages: What it wrote to standard error.
        fault: How it failed, in words; empty where it did not.
    """

    output: str
    messages: str
    fault: str


class ChildProcess:
    """A process that is started at once, and stopped with all its children when its time is over."""

    def __init__(self, command: list[str], limit_seconds: float) -> None:
        """Starts it.

        Args:
            command: The program and its arguments.
            limit_seconds: How long it may take.
        """
        self._outcome: Outcome | None = None
        self._deadline = time.monotonic() + limit_seconds
        self._limit_seconds = limit_seconds
        # Files, not pipes: nobody has to read for it to go on.
        self._output, self._messages = _file(), _file()
        self._process = subprocess.Popen(  # noqa: S603 (the commands are ours)
            command,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._messages,
            start_new_session=True,
        )

    @classmethod
    def of_module(cls, module: str, limit_seconds: float) -> Self:
        """Starts a module of ours; a folder of the user's that is called like one of our packages is not in its way."""
        return cls([sys.executable, "-P", "-m", module], limit_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()
        self._output.close()
        self._messages.close()

    def outcome(self) -> Outcome:
        """Waits for its end, or for that of its time; the second answer is the first."""
        self._outcome = self._outcome or self._wait()
        return self._outcome

    def _wait(self) -> Outcome:
        try:
            code, fault = self._process.wait(max(0.0, self._deadline - time.monotonic())), ""
        except subprocess.TimeoutExpired:
            self._stop()
            code, fault = 0, f"gave no answer within {self._limit_seconds:.0f} s"
        self._output.seek(0)
        self._messages.seek(0)
        output, messages = self._output.read(), self._messages.read()
        return Outcome(output, messages, fault or _fault(code, messages))

    def _stop(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()


def _file() -> IO[str]:
    return tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")


def _fault(code: int, messages: str) -> str:
    if code == 0:
        return ""
    if code < 0:
        return f"crashed ({signal.Signals(-code).name})"
    last = next((line.strip() for line in reversed(messages.splitlines()) if line.strip()), f"exit code {code}")
    return f"failed with {last}"
