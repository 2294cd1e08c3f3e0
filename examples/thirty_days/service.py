"""`bertline serve`, and a client of it that knows nothing but REST."""

import json
import pathlib
import re
import subprocess
import time
import urllib.request
from types import TracebackType
from typing import Any, Self

from examples.thirty_days.commands import BERTLINE, CommandError

_ADDRESS = re.compile(r"REST on (\S+:\d+)")
_TIMEOUT_SECONDS = 300.0


class Service:
    """The server of a config's model; it loads new versions by itself."""

    def __init__(self, folder: pathlib.Path, config: str, name: str) -> None:
        """Starts it.

        Args:
            folder: Where the command is called; its log goes to `serve.log` there.
            config: The config.
            name: The model's name.
        """
        flags = ("--port=0", "--rest_api_port=0", "--stop_at_end_of_input")
        with (folder / "serve.log").open("w", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                [*BERTLINE, "serve", config, *flags],
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self._name = name
        self._model = f"http://{self._announced()}/v1/models/{name}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(60)

    def answer(self, message: str) -> str:
        """The topic of a message."""
        request = urllib.request.Request(f"{self._model}:predict", json.dumps({"instances": [message]}).encode())
        return _json(request)["predictions"][0]["label"]

    def wait_for(self, version: int) -> None:
        """Waits until a version, and no other, is served.

        Raises:
            CommandError: That took too long.
        """
        until = time.monotonic() + _TIMEOUT_SECONDS
        while time.monotonic() < until:
            found = _json(urllib.request.Request(self._model))["model_version_status"]
            if [one["version"] for one in found if one["state"] == "AVAILABLE"] == [str(version)]:
                return
            time.sleep(0.2)
        raise CommandError(f"version {version} is not served after {_TIMEOUT_SECONDS:.0f} s: {found}")

    def _announced(self) -> str:
        for line in self._process.stdout or ():
            if found := _ADDRESS.search(line):
                return found[1]
        raise CommandError(f"the server ended with {self._process.wait()}; serve.log says why")


def _json(request: urllib.request.Request) -> Any:
    with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:
        return json.load(answer)
