"""Keeps a run's terminal readable: what libraries write to standard output and error goes to a log file."""

import contextlib
import datetime
import io
import itertools
import logging
import os
import pathlib
import sys
from collections.abc import Iterator
from typing import TextIO


def new_log_path(folder: pathlib.Path) -> pathlib.Path:
    """Makes the log file of a run that starts now; its name is the time, so that runs sort, and no other's.

    Args:
        folder: Holds the logs; it is created.
    """
    folder.mkdir(parents=True, exist_ok=True)
    now = f"{datetime.datetime.now().astimezone():%Y-%m-%dT%H-%M-%S}"
    for number in itertools.count(1):
        path = folder / (f"{now}.{number}.log" if number > 1 else f"{now}.log")
        with contextlib.suppress(FileExistsError):
            path.touch(exist_ok=False)
            break
    return path


@contextlib.contextmanager
def log_file(path: pathlib.Path) -> Iterator[TextIO]:
    """Sends standard output and error, C++ libraries' too, to a file.

    Args:
        path: The file, which is appended to.

    Yields:
        The terminal (or whatever standard output was), for what a person should see.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    saved = os.dup(1), os.dup(2)
    terminal = io.TextIOWrapper(
        os.fdopen(os.dup(1), "wb", buffering=0), encoding=sys.stdout.encoding, errors="replace", write_through=True
    )
    with path.open("ab", buffering=0) as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        logging.getLogger().addHandler(handler)
        logging.getLogger().setLevel(logging.INFO)
        try:
            yield terminal
        finally:
            logging.getLogger().removeHandler(handler)
            sys.stdout.flush()
            sys.stderr.flush()
            os.dup2(saved[0], 1)
            os.dup2(saved[1], 2)
            for descriptor in saved:
                os.close(descriptor)
            terminal.close()
