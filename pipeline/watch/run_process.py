"""A run in a process of its own: a watch that goes on for months must not keep what TensorFlow leaves in memory."""

import pathlib
import signal
import subprocess
import sys
from collections.abc import Sequence

_CODE = "import sys; from pipeline.cli import main; sys.exit(main())"


def run_command(config: pathlib.Path) -> list[str]:
    """What does `bertline run CONFIG` in another process."""
    return [sys.executable, "-c", _CODE, "run", str(config)]


def run_process(command: Sequence[str]) -> int:
    """Runs a command that writes to the same terminal.

    Returns:
        Its exit code; that of a process which a signal ended is below 0.

    Raises:
        KeyboardInterrupt: Somebody stopped this process; the other was told to stop, too, and has ended.
    """
    # In a group of its own, since a terminal sends Ctrl-C to all of a group: the run would hear of it twice, and a
    # second time while it saves what it has.
    with subprocess.Popen(command, process_group=0) as process:  # noqa: S603 (the command is ours)
        try:
            return process.wait()
        except KeyboardInterrupt:
            # SIGINT may be ignored, as in jobs that a shell put into the background.
            process.send_signal(signal.SIGTERM)
            process.wait()
            raise
