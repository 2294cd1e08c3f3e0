"""Promotes and rolls back in forks that can be killed: reads a JSON list of actions a line, answers with exit codes.

A process of its own, since the tests' has threads (servers, event loops), and a fork of it might wait for ever for a
lock that one of them held.
"""

import io
import json
import os
import pathlib
import signal
import sys
import traceback
from typing import Any

from aiobotocore.client import AioBaseClient

from serving.config import ServingConfig
from serving.open_versions import open_named_versions
from serving.promotion import JudgedAgainst, StaleBaselineError
from serving.version_record import VersionOrigin

# What changes a disk.
DISK_CALLS = {os.write, os.fsync, os.mkdir, os.rename, os.replace, os.link, os.unlink, os.rmdir, os.sendfile}


class Death:
    """Kills this process before its n-th call that changes a disk or an object store."""

    def __init__(self, calls_left: int) -> None:
        self._calls_left = calls_left
        sys.setprofile(self._at_call)
        ask = AioBaseClient._make_api_call

        def ask_or_die(client: Any, operation: str, parameters: Any) -> Any:
            if not operation.startswith(("Get", "Head", "List")):
                self._count()
            return ask(client, operation, parameters)

        AioBaseClient._make_api_call = ask_or_die

    def _at_call(self, frame: Any, event: str, function: Any) -> None:
        if event == "c_call" and (function in DISK_CALLS or _writes_a_file(function)):
            self._count()

    def _count(self) -> None:
        self._calls_left -= 1
        if self._calls_left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def _writes_a_file(function: Any) -> bool:
    return function.__name__ == "write" and isinstance(function.__self__, io.BufferedWriter)


def fork(action: dict[str, Any]) -> int:
    """Starts an action in a child; 7 is its exit code where it came too late."""
    child = os.fork()
    if child:
        return child
    Death(action["die_at"])
    try:
        perform(action)
    except StaleBaselineError:
        os._exit(7)
    except BaseException:  # noqa: BLE001 (told to the tests, whatever it is)
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def perform(action: dict[str, Any]) -> None:
    """Promotes `promote`, or rolls back where there is none."""
    store = open_named_versions(ServingConfig(**action["serving"]), "tickets")
    if action["promote"] is None:
        store.rollback(None, "test", "bad")
        return
    judged_against = JudgedAgainst(action["judged_against"]) if action["judged_against"] else None
    origin = VersionOrigin(promoted_by="test", run="run", model="model", reason="good")
    store.promote(pathlib.Path(action["promote"]), origin, action["keep_versions"], judged_against)


if __name__ == "__main__":
    for line in sys.stdin:
        children = [fork(action) for action in json.loads(line)]
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        sys.stdout.write(json.dumps(codes) + "\n")
        sys.stdout.flush()
