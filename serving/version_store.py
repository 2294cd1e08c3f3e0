"""The versions of one model, as TensorFlow Serving reads them, and the promotion of a new one in one step."""

import datetime
import json
import os
import pathlib
import shutil
from collections.abc import Mapping

from serving.audit_log import AUDIT_FILE, AuditLog, withdrawn_models
from serving.durable_files import copy_folder, replace_file, sync_folder, write_file
from serving.folder_lock import folder_lock
from serving.model_fingerprint import model_fingerprint
from serving.promotion import (
    JudgedAgainst,
    NoSuchVersionError,
    PromotedVersion,
    StaleBaselineError,
    WithdrawnModelError,
    check_promotion,
)
from serving.version_folder import version_folders, version_number
from serving.version_record import RECORD_FILE, VersionOrigin, VersionRecord, read_version_record

_STAGING = ".staging-"
_REMOVED = ".removed-"


class VersionStore:
    """The base folder of one model.

    A version becomes visible by one rename, after all of it is on disk, and vanishes by one, before any of it is
    deleted; a process that is killed at any moment leaves the old versions or the new ones, each whole. The truth of a
    version is the record inside its folder; the audit log follows, and is brought up to date by the next promotion
    after a kill. Reading needs no lock.
    """

    def __init__(self, directory: str | os.PathLike[str], model_name: str) -> None:
        """Names the folder; nothing is created.

        Args:
            directory: Holds the base folders of all models.
            model_name: The model's name, as clients give it to the server.
        """
        self.base = pathlib.Path(directory).resolve() / model_name
        self.audit_log = AuditLog(self.base / AUDIT_FILE)

    def versions(self) -> dict[int, pathlib.Path]:
        """The folders that a server finds, by version, in ascending order."""
        return version_folders(self.base)

    def current(self) -> int | None:
        """The version that a server serves by its default policy: the highest; None where there is none."""
        return max(self.versions(), default=None)

    @property
    def location(self) -> str:
        """The base folder."""
        return str(self.base)

    def numbers(self) -> tuple[int, ...]:
        """All versions that a server finds, in ascending order."""
        return tuple(self.versions())

    def location_of(self, version: int) -> str:
        """The folder of a version."""
        return str(self.versions()[version])

    def labels(self) -> Mapping[str, int]:
        """None: the highest version is served."""
        return {}

    def fingerprint(self, version: int) -> str:
        """The `model_fingerprint` of a version, from its record if it has one."""
        record = self.record(version)
        return record.fingerprint if record else model_fingerprint(self.versions()[version])

    def record(self, version: int) -> VersionRecord | None:
        """What is known of a version; None where somebody put it there by hand."""
        return read_version_record(self.versions()[version])

    def attach(self, version: int, path: pathlib.PurePosixPath, content: bytes) -> None:
        """Adds a file that changes no answer to a version; see `ModelVersions`. Its folder must be there."""
        target = self.versions()[version] / path
        if not target.exists():
            replace_file(target, content)

    def fetch(self, version: int, into: pathlib.Path) -> pathlib.Path:
        """The folder of a version."""
        return self.versions()[version]

    def promote(
        self,
        source: pathlib.Path,
        origin: VersionOrigin,
        keep_versions: int,
        judged_against: JudgedAgainst | None = None,
    ) -> PromotedVersion:
        """Puts a model into service under the next version, unless it is in service already; see `ModelVersions`.

        Folders that were not promoted here count among the versions that stay, but are never deleted.
        """
        check_promotion(source, keep_versions)
        self.base.mkdir(parents=True, exist_ok=True)
        sync_folder(self.base.parent)
        with folder_lock(self.base):
            self._recover()
            promoted = self._promote(source, origin, judged_against)
            self._prune(keep_versions)
        return promoted

    def rollback(self, to: int | None, promoted_by: str, reason: str) -> PromotedVersion:
        """Puts an earlier version into service again, under the next number: servers load the highest.

        See `ModelVersions`.
        """
        if not self.base.is_dir():
            raise NoSuchVersionError(f"{self.base} has no versions yet")
        with folder_lock(self.base):
            self._recover()
            target = self._earlier_version() if to is None else to
            if target not in self.versions() or target == self.current():
                listed = ", ".join(map(str, self.versions())) or "none"
                raise NoSuchVersionError(f"there is no version {target} to go back to; there are {listed}")
            folder = self.versions()[target]
            kept = self.fingerprint(target)
            later = dict.fromkeys(self.fingerprint(version) for version in self.versions() if version > target)
            record = read_version_record(folder)
            origin = VersionOrigin(
                promoted_by=promoted_by,
                run=record.origin.run if record else "",
                model=str(folder),
                reason=f"rolled back to version {target}: {reason}",
                metrics=record.origin.metrics if record else {},
                withdraws=tuple(fingerprint for fingerprint in later if fingerprint != kept),
            )
            return self._publish(folder, origin, kept)

    def prune(self, keep_versions: int) -> tuple[int, ...]:
        """Deletes all promoted versions but the newest; see `ModelVersions`."""
        if not self.base.is_dir():
            return ()
        with folder_lock(self.base):
            self._recover()
            before = self.versions()
            self._prune(keep_versions)
            return tuple(version for version in before if version not in self.versions())

    def withdrawn(self) -> dict[str, tuple[int, str]]:
        """The models that were rolled back from, by fingerprint: as which version they were in service, and why."""
        return withdrawn_models(self.audit_log.entries())

    def _earlier_version(self) -> int | None:
        withdrawn, current = self.withdrawn(), self.current()
        bad = {*withdrawn, *([self.fingerprint(current)] if current is not None else [])}
        good = [version for version in self.versions() if self.fingerprint(version) not in bad]
        return max(good, default=None)

    def _promote(
        self, source: pathlib.Path, origin: VersionOrigin, judged_against: JudgedAgainst | None
    ) -> PromotedVersion:
        fingerprint = model_fingerprint(source)
        current = self.current()
        if current is not None and self.fingerprint(current) == fingerprint:
            return PromotedVersion(current, self.location_of(current), is_new=False)
        if judged_against is not None and judged_against.version != current:
            raise StaleBaselineError(judged_against.version, current)
        withdrawn = self.withdrawn().get(fingerprint)
        if judged_against is not None and withdrawn:
            raise WithdrawnModelError(*withdrawn)
        return self._publish(source, origin, fingerprint)

    def _publish(self, source: pathlib.Path, origin: VersionOrigin, fingerprint: str) -> PromotedVersion:
        record = VersionRecord(self._next_version(), _now(), fingerprint, origin)
        staging = self.base / f"{_STAGING}{record.version}"
        try:
            copy_folder(source, staging)
            _write_record(staging, record)
        except OSError:
            # On a full disk, half a version is in everybody's way.
            shutil.rmtree(staging, ignore_errors=True)
            raise
        folder = self.base / str(record.version)
        staging.rename(folder)
        sync_folder(self.base)
        self.audit_log.append({"event": "promoted", **record.to_json()})
        return PromotedVersion(record.version, str(folder), is_new=True)

    def _next_version(self) -> int:
        # A number is never used twice: servers and caches know a version by it. Files of integer names count too.
        used = [version_number(entry.name) or 0 for entry in self.base.iterdir()]
        used += [entry["version"] for entry in self.audit_log.entries()]
        return max(0, *used) + 1

    def _prune(self, keep_versions: int) -> None:
        for version in list(self.versions())[:-keep_versions]:
            folder = self.versions()[version]
            if read_version_record(folder) is None:
                continue
            removed = self.base / f"{_REMOVED}{version}"
            folder.rename(removed)
            sync_folder(self.base)
            self._log_removal(version, "pruned")
            shutil.rmtree(removed)

    def _recover(self) -> None:
        """Finishes what a killed promotion left."""
        self.audit_log.drop_incomplete_entry()
        logged = {entry["version"]: entry["event"] for entry in self.audit_log.entries()}
        present = self.versions()
        for version, event in logged.items():
            if event == "promoted" and version not in present:
                was_pruned = (self.base / f"{_REMOVED}{version}").exists()
                self._log_removal(version, "pruned" if was_pruned else "found missing")
        for version, folder in present.items():
            record = read_version_record(folder)
            if record and record.version == version and logged.get(version) != "promoted":
                self.audit_log.append({"event": "promoted", **record.to_json()})
        for entry in self.base.iterdir():
            if entry.name.startswith((_STAGING, _REMOVED)):
                shutil.rmtree(entry)

    def _log_removal(self, version: int, reason: str) -> None:
        self.audit_log.append({"event": "removed", "version": version, "removed_at": _now(), "reason": reason})


def _write_record(folder: pathlib.Path, record: VersionRecord) -> None:
    path = folder / RECORD_FILE
    path.parent.mkdir(exist_ok=True)
    write_file(path, json.dumps(record.to_json(), ensure_ascii=False, indent=2).encode())
    sync_folder(path.parent)
    sync_folder(folder)


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
