"""Hashes of files, remembered while the files stay as they are."""

import contextlib
import hashlib
import json
import os
import pathlib

from serving.durable_files import replace_file

Stamp = list[int]


class FileHashes:
    """Hashes the content of local files, each only once for as long as it is not touched.

    A file counts as untouched while its size, inode, times of modification and of change of status are the same: the
    last of these cannot be set by a program, so that a file which was put in another's place with its time is seen too.
    """

    def __init__(self, memory: pathlib.Path) -> None:
        """Names the file that remembers; it need not exist.

        Args:
            memory: A JSON file; one that cannot be read is as good as none.
        """
        self._memory = memory
        self._known: dict[str, tuple[Stamp, str]] = {}
        self._used: dict[str, tuple[Stamp, str]] = {}
        with contextlib.suppress(OSError, ValueError, AttributeError, TypeError):
            self._known = {path: (stamp, digest) for path, (stamp, digest) in json.loads(memory.read_text()).items()}

    def of(self, path: str) -> str:
        """The hash of a file's content."""
        stamp = _stamp(path)
        known = self._known.get(path)
        if known is None or known[0] != stamp:
            with open(path, "rb") as file:
                digest = hashlib.file_digest(file, "blake2b").hexdigest()
            # What was written while it was read is not remembered.
            known = (stamp if _stamp(path) == stamp else [], digest)
        self._used[path] = known
        return known[1]

    def save(self) -> None:
        """Remembers the files asked for since, and forgets all others."""
        if self._used != self._known:
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self._memory, json.dumps(self._used, indent=1).encode())


def _stamp(path: str) -> Stamp:
    status = os.stat(path)
    return [status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns]
