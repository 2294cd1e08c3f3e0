"""Finds out whether a run can use ML Metadata's SQLite file, before anything is done."""

import contextlib
import pathlib
import sqlite3

from models.user_error import UserError
from pipeline.runs.metadata_clean_up import SCHEMA_VERSION

_WAIT_SECONDS = 20.0

_UNDAMAGED = "ok"


def check_metadata(runs_folder: pathlib.Path, wait_seconds: float = _WAIT_SECONDS) -> None:
    """Looks into the file and at what belongs to it; nothing is changed.

    Args:
        runs_folder: The pipeline's folder; its lock is held.
        wait_seconds: How long another process may hold the file.

    Raises:
        UserError: It is gone, damaged, held by another process or of another release; the message has the way out.
    """
    path = runs_folder / "metadata.sqlite"
    results = next(iter(runs_folder.glob("artifacts/*/[!.]*/*")), None)
    # A run that was killed in its first moment leaves an empty one.
    if not path.is_file() or not path.stat().st_size:
        if results is not None:
            raise UserError(_told_of_gone(path))
        return
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=wait_seconds, isolation_level=None)) as connection:
            # Also what a process that was killed has left half written is put right here, by SQLite.
            connection.execute("BEGIN IMMEDIATE")
            version = _schema_version(connection, path)
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise UserError(
                f"{path} was held by another process for {wait_seconds:g} s; close the program that has it open (such "
                "as a database browser, or a copy in progress), and run again"
            ) from error
        raise UserError(f"{path} cannot be used: {error}. {_way_out(path)}") from error
    except sqlite3.DatabaseError as error:
        raise UserError(f"{path} is damaged: {error}. {_way_out(path)}") from error
    if found != _UNDAMAGED:
        raise UserError(f"{path} is damaged: {found}. {_way_out(path)}")
    if version is not None and version != SCHEMA_VERSION:
        raise UserError(
            f"{path} has ML Metadata's schema {version}, and this release of bertline knows {SCHEMA_VERSION}: use the "
            f"release that wrote it, or begin anew. {_way_out(path)}"
        )


def _schema_version(connection: sqlite3.Connection, path: pathlib.Path) -> int | None:
    """The version of the tables; None where a kill left a file without any, which ML Metadata fills."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return None
    if "MLMDEnv" not in tables:
        raise UserError(f"{path} is not ML Metadata's: it has tables of another program. {_way_out(path)}")
    row = connection.execute("SELECT schema_version FROM MLMDEnv").fetchone()
    return int(row[0]) if row else None


def _told_of_gone(path: pathlib.Path) -> str:
    return (
        f"{path} is gone or empty, but results of earlier runs are there, which new ones would be numbered like. "
        + _way_out(path)
    )


def _way_out(path: pathlib.Path) -> str:
    folder = path.parent
    return (
        f"Put the file back from a backup; or move {folder} away, and the next run does everything anew. What is in "
        "service, its versions and their records are not touched by either."
    )
