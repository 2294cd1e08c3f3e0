"""What lies on the disk, and what goes."""

import datetime
import pathlib

_BOUNDED = ("runs", "serving", "logs")


def mebibytes(folder: pathlib.Path) -> float:
    """The size of runs, models and prediction logs; labelled messages stay, and are the user's.

    A promoted model's files are those of the run that made it, under another name.
    """
    files = [path.stat() for name in _BOUNDED for path in (folder / name).rglob("*") if path.is_file()]
    return sum({file.st_ino: file.st_size for file in files}.values()) / 2**20


def forget_logs(logs: pathlib.Path, until: str) -> None:
    """Removes finished files of a prediction log that were last written before a moment: `find -delete`.

    Args:
        logs: Their folder.
        until: The moment, in ISO 8601.
    """
    moment = datetime.datetime.fromisoformat(until).timestamp()
    for path in logs.glob("*.tfrecord"):
        if path.stat().st_mtime < moment:
            path.unlink()
