"""The files of a prediction log, and their records, those of a server that was killed included."""

import dataclasses
import glob
import pathlib
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from components.text_example_gen.readers.damaged_file_error import DamagedFileError
from components.text_example_gen.tfrecord_frames import read_frames
from models.user_error import UserError

_UNFINISHED = ".open"


@dataclasses.dataclass
class LogTally:
    """What became of files and records; nothing is left out of it.

    Attributes:
        files: Files that were read.
        skipped_files: Files that were last written before the window.
        damaged: Files that could not be read to their ends, each with the reason.
        half_written: Files that end within a record since they are still written, or their server was killed.
        records: Requests that were found, readable or not.
        unreadable: Those of them without texts of this model, by reason.
        outside: Those that lie outside the window of time.
        rows: Texts that the others hold.
        other_versions: Those of them that other versions answered, by version.
    """

    files: int = 0
    skipped_files: int = 0
    damaged: list[str] = dataclasses.field(default_factory=list)
    half_written: list[str] = dataclasses.field(default_factory=list)
    records: int = 0
    unreadable: Counter[str] = dataclasses.field(default_factory=Counter)
    outside: int = 0
    rows: int = 0
    other_versions: Counter[int] = dataclasses.field(default_factory=Counter)

    def to_json(self) -> dict[str, Any]:
        """As JSON values, which `dataclasses.asdict` does not make of counters."""
        return {name: dict(value) if isinstance(value, Counter) else value for name, value in vars(self).items()}


def log_prefix(given: str | None, configured: str | None) -> str:
    """Where the log is.

    Args:
        given: The option `--logs`.
        configured: `monitoring.prediction_log`.

    Raises:
        UserError: Neither says so.
    """
    prefix = given or configured
    if prefix is None:
        raise UserError(
            "there is no log to read: set `monitoring.prediction_log`, such as `logs/tickets`, and `bertline serve "
            "CONFIG` writes one there; or name another server's with --logs PREFIX"
        )
    return prefix


def log_paths(prefix: str) -> list[pathlib.Path]:
    """The files of a log, the oldest first: their names go on with the moment.

    A file that is still written, or that a killed server left, ends in `.open`.

    Args:
        prefix: Folder and beginning of the names, or a glob.

    Raises:
        UserError: There is none.
    """
    if any(character in prefix for character in "*?["):
        found = glob.glob(prefix)
    else:
        escaped = glob.escape(prefix)
        found = glob.glob(f"{escaped}-*.tfrecord") + glob.glob(f"{escaped}-*.tfrecord{_UNFINISHED}")
    if not found:
        raise UserError(
            f"there is no prediction log {prefix}-*.tfrecord; `monitoring.prediction_log` has `bertline serve CONFIG` "
            "write one, docs/serving.md says how other servers do, and `--logs` names it"
        )
    return sorted(map(pathlib.Path, found))


def log_records(paths: list[pathlib.Path], since: float, tally: LogTally) -> Iterator[bytes]:
    """The records of files.

    Args:
        paths: The files.
        since: Seconds since 1970: files that were not written since are left unread.
        tally: Counts.
    """
    for path in paths:
        # The server may have come to the end of a file meanwhile, and renamed it.
        present = path if path.exists() else path.with_name(path.name.removesuffix(_UNFINISHED))
        # A window in time to come is a trial's, whose moments say nothing of when files were written.
        if present.stat().st_mtime < since <= time.time():
            tally.skipped_files += 1
            continue
        tally.files += 1
        try:
            yield from _records(present, tally)
        except DamagedFileError as error:
            if present.suffix == _UNFINISHED:
                tally.half_written.append(str(present))
            else:
                tally.damaged.append(f"{present}: {error}")


def _records(path: pathlib.Path, tally: LogTally) -> Iterator[bytes]:
    with path.open("rb") as file:
        for record, is_intact in read_frames(file):
            tally.records += 1
            if is_intact:
                yield record
            else:
                tally.unreadable["damaged: its checksum does not match"] += 1
