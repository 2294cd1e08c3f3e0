"""The audit record of a model's versions: one JSON object per line, only ever appended to."""

import dataclasses
import json
import os
import pathlib
from collections.abc import Iterable, Mapping
from typing import Any

from serving.durable_files import errors_naming, sync_folder

AUDIT_FILE = "audit.jsonl"
"""Its name in the base folder of a model."""


def withdrawn_models(entries: Iterable[Mapping[str, Any]]) -> dict[str, tuple[int, str]]:
    """The models that were rolled back from, by fingerprint: as which version they were in service, and why.

    Args:
        entries: The log's, oldest first.
    """
    versions: dict[str, int] = {}
    found: dict[str, tuple[int, str]] = {}
    for entry in entries:
        if entry["event"] == "promoted":
            versions[entry["fingerprint"]] = entry["version"]
            found.pop(entry["fingerprint"], None)
            for fingerprint in entry.get("withdraws", ()):
                found[fingerprint] = (versions.get(fingerprint, 0), entry["reason"])
    return found


@dataclasses.dataclass(frozen=True)
class AuditLog:
    """What happened to a model's versions.

    Attributes:
        path: The file; it need not exist.
    """

    path: pathlib.Path

    def entries(self) -> list[dict[str, Any]]:
        """All entries, oldest first; one that a killed writer left incomplete is not an entry.

        Raises:
            ValueError: A complete line is not JSON: somebody edited the file.
        """
        if not self.path.exists():
            return []
        lines = self.path.read_bytes().split(b"\n")[:-1]
        return [self._parse(number, line) for number, line in enumerate(lines, start=1)]

    def append(self, entry: dict[str, Any]) -> None:
        """Adds an entry, which is on disk when this returns. Only the holder of the folder's lock may call it."""
        descriptor = os.open(self.path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o644)
        try:
            with errors_naming(self.path):
                with os.fdopen(descriptor, "wb", closefd=False) as file:
                    file.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        sync_folder(self.path.parent)

    def drop_incomplete_entry(self) -> None:
        """Removes what a killed writer left without its end of line. Only the holder of the lock may call it."""
        if not self.path.exists():
            return
        content = self.path.read_bytes()
        complete = content.rfind(b"\n") + 1
        if complete < len(content):
            os.truncate(self.path, complete)

    def _parse(self, number: int, line: bytes) -> dict[str, Any]:
        try:
            entry: dict[str, Any] = json.loads(line)
        except ValueError as error:
            raise ValueError(f"{self.path}:{number}: not a JSON object; mend or delete the line") from error
        return entry
