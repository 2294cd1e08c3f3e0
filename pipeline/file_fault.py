"""Tells in words what a file system refused: a full disk, or a place that may not be written."""

import errno
import os
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pipeline.component_failed import errors_behind

_MAKE_ROOM = "make room (`bertline clean CONFIG` removes what old runs left) and"
_OTHER_RIGHTS = "change its rights, or the config, and"

_FAULTS: Mapping[int, tuple[str, str]] = {
    errno.ENOSPC: ("cannot be written: the disk is full", _MAKE_ROOM),
    errno.EDQUOT: ("cannot be written: the disk quota is used up", _MAKE_ROOM),
    errno.EFBIG: (
        "cannot be written: the disk takes no more of it (File too large)",
        "see whether `ulimit -f` or the file system sets a limit, and",
    ),
    errno.EROFS: ("cannot be written: its file system is read-only", _OTHER_RIGHTS),
    errno.EACCES: ("may not be used by {user}: permission denied", _OTHER_RIGHTS),
}
"""What happened to a file, and what there is to do, by the system's number."""

_NEEDS_PLACE = (errno.EROFS, errno.EACCES)
"""Numbers that others than file systems give too, as for a port that is not to be had."""

_NUMBERS = {os.strerror(number): number for number in _FAULTS}

# As Python prints an OSError, as HDF5 does, and as TensorFlow, after the op and its place in braces: of their errors,
# and of Beam's, there is only the text.
_TEXTS = (
    re.compile(r"\[Errno (?P<number>\d+)\] [^:\n]*(?:: '(?P<path>[^'\n]*)')?"),
    re.compile(r"filename = '(?P<path>[^'\n]*)'.*?errno = (?P<number>\d+)"),
    re.compile(rf"(?P<path>/[^;{{}}\n]*); (?P<words>{'|'.join(_NUMBERS)})"),
    re.compile(r"(?P<words>database or disk is full|No space left on device)"),
)


class _Refusal(NamedTuple):
    number: int
    path: str | None


def file_fault(error: BaseException, unknown: str = "a file") -> str | None:
    """What the file system refused, and the way out; None where an error has another reason.

    Args:
        error: What was raised; libraries wrap what the system said, in other errors or in their texts.
        unknown: What the file is called where nothing says which it was.
    """
    found = [
        refusal
        for each in errors_behind(error)
        for refusal in _refusals(each)
        if refusal.path or refusal.number not in _NEEDS_PLACE
    ]
    if not found:
        return None
    # The nearest that says where; a library that cleans up after it may fail again.
    refusal = next((refusal for refusal in found if refusal.path), found[0])
    what, way_out = _FAULTS[refusal.number]
    what = what.format(user=f"the user {os.geteuid()}")
    return f"{refusal.path or unknown} {what}; {way_out} give the same command again: it goes on from there"


def _refusals(error: BaseException) -> Iterator[_Refusal]:
    if isinstance(error, OSError) and error.errno is not None and error.errno in _FAULTS:
        # Of two, as of a copy, the second is written.
        path = error.filename2 or error.filename
        yield _Refusal(error.errno, os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else None)
        return
    text = str(error)
    for pattern in _TEXTS:
        for match in pattern.finditer(text):
            groups = match.groupdict()
            number = int(groups["number"]) if groups.get("number") else _NUMBERS.get(groups["words"], errno.ENOSPC)
            if number in _FAULTS:
                yield _Refusal(number, groups.get("path"))
