"""A server in a process of its own, for whoever needs one for a while."""

import contextlib
import os
import pathlib
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence

_PACKAGES = pathlib.Path(__file__).resolve().parents[2]
_ADDRESSES = re.compile(r"gRPC on (\S+:\d+)(?:, REST on (\S+:\d+))?")
_LAST_LINES = 20


class ServerProcessError(Exception):
    """The server ended, or was not ready in time; the message has the last lines of its log."""


class ServerProcess:
    """Starts `python -m serving.server`; usable as a context manager, which stops it.

    Attributes:
        grpc_address: Where gRPC is, as `host:port`.
        rest_address: Where REST is.
        process_id: The process.
    """

    def __init__(self, flags: Sequence[str], ready_seconds: float = 300) -> None:
        """Starts the process and waits until its models are available.

        Args:
            flags: The stock server's; ports are chosen by the server unless they name some.
            ready_seconds: How long that may take at most.

        Raises:
            ServerProcessError: It did not become ready.
        """
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `stop`)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(_PACKAGES), os.environ.get("PYTHONPATH", "")])}
        # Its input ends with this process, however this one ends: no server is left behind.
        ours = ("--port=0", "--rest_api_port=0", "--stop_at_end_of_input")
        command = [sys.executable, "-m", "serving.server", *ours, *flags]
        self._process = subprocess.Popen(  # noqa: S603 (our own program)
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, env=environment, text=True
        )
        self.process_id = self._process.pid
        try:
            self.grpc_address, self.rest_address = self._wait_until_ready(ready_seconds)
        except BaseException:
            self.stop(grace_seconds=0)
            raise

    @classmethod
    def of_model(cls, name: str, base_path: pathlib.Path, ready_seconds: float = 300) -> "ServerProcess":
        """Serves the newest version of one model.

        Args:
            name: The model's name.
            base_path: The folder of its versions.
            ready_seconds: How long it may take at most until it answers.

        Raises:
            ServerProcessError: It did not become ready.
        """
        return cls([f"--model_name={name}", f"--model_base_path={base_path.resolve()}"], ready_seconds)

    def stop(self, grace_seconds: float = 30) -> int:
        """Stops the process, which answers first what it has accepted.

        Args:
            grace_seconds: How long it may take before it is killed.

        Returns:
            Its exit code; negative where a signal ended it.
        """
        if self._process.poll() is None and grace_seconds > 0:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(grace_seconds)
        if self._process.poll() is None:
            self._process.kill()
        code = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._log):
            if pipe:
                pipe.close()
        return code

    def log(self) -> str:
        """What it has logged so far."""
        # Read at its own place: the process writes at the file's.
        content = os.pread(self._log.fileno(), os.fstat(self._log.fileno()).st_size, 0)
        return content.decode("utf-8", errors="replace")

    def __enter__(self) -> "ServerProcess":
        """The process is running already."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Stops it."""
        self.stop()

    def _wait_until_ready(self, seconds: float) -> tuple[str, str]:
        lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._read_lines, args=(lines,), daemon=True).start()
        for line in _until(lines, time.monotonic() + seconds):
            found = _ADDRESSES.match(line)
            if found:
                return found.group(1), found.group(2) or ""
        last = "\n".join(self.log().splitlines()[-_LAST_LINES:])
        code = self._process.poll()
        ended = f"was not ready after {seconds:g} seconds" if code is None else f"ended with exit code {code}"
        raise ServerProcessError(f"the model server {ended}:\n{last}")

    def _read_lines(self, lines: "queue.SimpleQueue[str]") -> None:
        with contextlib.suppress(ValueError):  # closed by `stop`
            for line in self._process.stdout or ():
                lines.put(line)
        self._process.wait()
        lines.put("")


def _until(lines: "queue.SimpleQueue[str]", deadline: float) -> Iterator[str]:
    """Yields lines until an empty one, which is the end, or until the deadline."""
    with contextlib.suppress(queue.Empty):
        while line := lines.get(timeout=max(0.0, deadline - time.monotonic())):
            yield line
