"""The command line, called as a user calls it."""

import dataclasses
import json
import pathlib
import subprocess
import sys
import time
from typing import Any

BERTLINE = (sys.executable, "-c", "import sys; from pipeline.cli import main; sys.exit(main())")
"""`bertline`, whether it is installed or not."""


class CommandError(Exception):
    """A command ended otherwise than it should."""


@dataclasses.dataclass(frozen=True)
class Commands:
    """Calls commands and keeps what they print.

    Attributes:
        folder: Where they are called.
        transcript: The file that gets each command with all that it printed.
    """

    folder: pathlib.Path
    transcript: pathlib.Path

    def call(self, *arguments: str, codes: tuple[int, ...] = (0,)) -> tuple[int, str]:
        """Calls `bertline ARGUMENTS`.

        Args:
            arguments: Of the command.
            codes: The exit codes that are no fault.

        Returns:
            The exit code, and what it printed to standard output.

        Raises:
            CommandError: It ended with another code.
        """
        started = time.monotonic()
        ended = subprocess.run([*BERTLINE, *arguments], cwd=self.folder, capture_output=True, text=True, check=False)
        seconds = time.monotonic() - started
        with self.transcript.open("a", encoding="utf-8") as file:
            print(f"$ bertline {' '.join(arguments)}", ended.stdout, ended.stderr, sep="\n", file=file)
            print(f"-> {ended.returncode} after {seconds:.1f} s\n", file=file)
        if ended.returncode not in codes:
            raise CommandError(f"bertline {' '.join(arguments)} ended with {ended.returncode}: {ended.stderr[-2000:]}")
        return ended.returncode, ended.stdout

    def json(self, *arguments: str, codes: tuple[int, ...] = (0,)) -> tuple[int, Any]:
        """Calls a command with `--json`, and reads what it printed."""
        code, printed = self.call(*arguments, "--json", codes=codes)
        return code, json.loads(printed)
