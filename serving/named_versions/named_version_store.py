"""Versions that servers load because a models.config names them, and the promotion of a new one in one step."""

import dataclasses
import datetime
import json
import pathlib
import tempfile
from collections.abc import Callable, Mapping
from typing import Any

from serving.audit_log import AUDIT_FILE, withdrawn_models
from serving.model_fingerprint import model_fingerprint
from serving.named_versions.file_space import FileSpace
from serving.named_versions.models_config import MODELS_CONFIG, models_config
from serving.named_versions.served_state import ServedState
from serving.promotion import (
    STABLE,
    JudgedAgainst,
    NoSuchVersionError,
    PromotedVersion,
    StaleBaselineError,
    WithdrawnModelError,
    check_promotion,
)
from serving.version_folder import version_number
from serving.version_record import RECORD_FILE, VersionOrigin, VersionRecord

_CHANGES = "changes"
_CLAIMS = "claims"

_Change = Callable[[ServedState], tuple[ServedState, dict[str, Any]] | None]


@dataclasses.dataclass(frozen=True)
class Served:
    """How servers know the versions, and under which label new ones come.

    Attributes:
        name: The model's name.
        base_path: The base folder as servers see it.
        label: What promotions move: `stable`, or another label, so that the version in service stays it.
    """

    name: str
    base_path: str
    label: str = STABLE


class NamedVersionStore:
    """The base folder of one model, on an object store or in a folder.

    Object stores have no rename and no lock. So a version is uploaded under a number that its promoter has claimed, and
    nobody loads it. Then one file is created that must not exist yet, `changes/<serial>.json`, with the whole new
    state: of two promoters one succeeds, and the other looks again at what it meant to replace. Last, models.config is
    replaced by what that state says. A process that is killed at any moment leaves a server the old versions or the new
    ones, each whole; a models.config that a killed one left behind is brought up to date by the next change. The
    files in `changes` are the audit record.
    """

    def __init__(self, files: FileSpace, served: Served) -> None:
        """Names the place; nothing is read or written.

        Args:
            files: The base folder.
            served: How servers know it.
        """
        self._files = files
        self._served = served

    @property
    def location(self) -> str:
        """The base folder, or its address."""
        return self._files.location

    def numbers(self) -> tuple[int, ...]:
        """All versions that were promoted and not pruned, in ascending order."""
        return tuple(self._state().versions)

    def location_of(self, version: int) -> str:
        """Where a version is."""
        return f"{self._files.location}/{version}"

    def current(self) -> int | None:
        """The version with the label `stable`; None where there is none."""
        return self._state().stable

    def labels(self) -> Mapping[str, int]:
        """Versions by label."""
        return self._state().labels

    def fingerprint(self, version: int) -> str:
        """The `model_fingerprint` of a version."""
        return self._state().versions[version]

    def record(self, version: int) -> VersionRecord | None:
        """What is known of a version."""
        content = self._files.read(f"{version}/{RECORD_FILE}")
        return None if content is None else VersionRecord.from_json(json.loads(content))

    def withdrawn(self) -> Mapping[str, tuple[int, str]]:
        """The models that were rolled back from, by fingerprint; see `ModelVersions`."""
        return self._state().withdrawn

    def changes(self) -> list[dict[str, Any]]:
        """The audit record, oldest first: what was changed, when and why, each with the state that it left."""
        contents = [self._files.read(f"{_CHANGES}/{name}") for name in self._files.names(_CHANGES)]
        return [json.loads(content) for content in contents if content is not None]

    def is_published(self) -> bool:
        """Whether models.config says what the last change left; if not, a process was killed; `publish` mends it."""
        state = self._state()
        return not state.serial or self._files.read(MODELS_CONFIG) == self._models_config(state)

    def promote(
        self,
        source: pathlib.Path,
        origin: VersionOrigin,
        keep_versions: int,
        judged_against: JudgedAgainst | None = None,
    ) -> PromotedVersion:
        """Puts a model under the label, as the next version, unless it is there already; see `ModelVersions`."""
        check_promotion(source, keep_versions)
        fingerprint = model_fingerprint(source)
        while (found := self._already(fingerprint, judged_against)) is None:
            record = VersionRecord(self._claim(), _now(), fingerprint, origin)
            self._files.upload(source, str(record.version))
            self._files.replace(f"{record.version}/{RECORD_FILE}", _json(record.to_json()))
            if self._promoted(record, judged_against):
                found = PromotedVersion(record.version, self.location_of(record.version), is_new=True)
                break
        self.publish()
        self.prune(keep_versions)
        return found

    def rollback(self, to: int | None, promoted_by: str, reason: str) -> PromotedVersion:
        """Puts `stable` on an earlier version and takes all later ones out of service; see `ModelVersions`."""

        def change(state: ServedState) -> tuple[ServedState, dict[str, Any]]:
            target = _earlier_version(state) if to is None else to
            if target not in state.versions or target == state.stable or target is None:
                raise NoSuchVersionError(f"there is no version {target} to go back to; there are {_listed(state)}")
            told = {"version": target, "promoted_by": promoted_by, "reason": reason}
            return state.back_to(target, reason), {"event": "rolled back", **told}

        version = self._change(change).labels[STABLE]
        return PromotedVersion(version, self.location_of(version), is_new=True)

    def label(self, label: str, version: int, promoted_by: str, reason: str) -> None:
        """Puts a label on a version.

        Raises:
            NoSuchVersionError: There is no such version.
        """

        def change(state: ServedState) -> tuple[ServedState, dict[str, Any]]:
            if version not in state.versions:
                raise NoSuchVersionError(f"there is no version {version}; there are {_listed(state)}")
            told = {"label": label, "version": version, "promoted_by": promoted_by, "reason": reason}
            return state.with_label(label, version), {"event": "labelled", **told}

        self._change(change)

    def remove_label(self, label: str, promoted_by: str, reason: str) -> None:
        """Takes a label away; servers unload its version unless they have another reason to keep it.

        Raises:
            NoSuchVersionError: No version has it.
        """

        def change(state: ServedState) -> tuple[ServedState, dict[str, Any]]:
            if label not in state.labels:
                raise NoSuchVersionError(f"no version has the label {label}; there are {_listed_labels(state)}")
            return state.without_label(label), {
                "event": "label removed",
                "label": label,
                "promoted_by": promoted_by,
                "reason": reason,
            }

        self._change(change)

    def prune(self, keep_versions: int) -> tuple[int, ...]:
        """Deletes all versions but the newest, and those that servers load; see `ModelVersions`."""
        pruned: tuple[int, ...] = ()

        def change(state: ServedState) -> tuple[ServedState, dict[str, Any]] | None:
            nonlocal pruned
            old = list(state.versions)[:-keep_versions]
            pruned = tuple(version for version in old if version not in state.served())
            return (state.without_versions(pruned), {"event": "pruned", "versions": list(pruned)}) if pruned else None

        state = self._change(change)
        # Also what killed promotions left; a higher number may be an upload that goes on.
        for name in self._files.names(""):
            number = version_number(name)
            if number is not None and number <= state.last_number and number not in state.versions:
                self._files.delete(name)
        return pruned

    def attach(self, version: int, path: pathlib.PurePosixPath, content: bytes) -> None:
        """Adds a file that changes no answer to a version, unless it has that file."""
        self._files.create(f"{version}/{path}", content)

    def fetch(self, version: int, into: pathlib.Path) -> pathlib.Path:
        """A version as a folder of this machine; see `ModelVersions`."""
        if (into / "saved_model.pb").is_file():
            return into
        into.parent.mkdir(parents=True, exist_ok=True)
        # A copy that was broken off is never taken for a whole one.
        with tempfile.TemporaryDirectory(dir=into.parent) as unfinished:
            fetched = self._files.fetch(str(version), pathlib.Path(unfinished) / "model")
            return fetched if not fetched.is_relative_to(unfinished) else fetched.rename(into)

    def publish(self) -> None:
        """Makes models.config say what the last change left; needed only after a process was killed."""
        state = self._state()
        while state.serial and self._files.read(MODELS_CONFIG) != self._models_config(state):
            self._files.replace(MODELS_CONFIG, self._models_config(state))
            # Another's change may have come meanwhile, and its models.config been replaced by this one.
            state = self._state()

    def _models_config(self, state: ServedState) -> bytes:
        return models_config(self._served.name, self._served.base_path, state).encode()

    def _already(self, fingerprint: str, judged_against: JudgedAgainst | None) -> PromotedVersion | None:
        state = self._state()
        there = state.labels.get(self._served.label)
        if there is not None and state.versions[there] == fingerprint:
            return PromotedVersion(there, self.location_of(there), is_new=False)
        _check_judgement(state, fingerprint, judged_against)
        return None

    def _claim(self) -> int:
        """A version that nobody else uses."""
        number = max([self._state().last_number, *self._claimed()]) + 1
        while not self._files.create(f"{_CLAIMS}/{number}.json", _json({"claimed_at": _now()})):
            number += 1
        return number

    def _claimed(self) -> list[int]:
        return [version_number(name.removesuffix(".json")) or 0 for name in self._files.names(_CLAIMS)]

    def _promoted(self, record: VersionRecord, judged_against: JudgedAgainst | None) -> bool:
        """Commits an uploaded version, unless a higher one was committed meanwhile: numbers only ever rise."""
        label = self._served.label
        is_overtaken = False

        def change(state: ServedState) -> tuple[ServedState, dict[str, Any]] | None:
            nonlocal is_overtaken
            _check_judgement(state, record.fingerprint, judged_against)
            is_overtaken = state.last_number >= record.version
            if is_overtaken:
                return None
            changed = state.with_version(record.version, record.fingerprint, label)
            return changed, {"event": "promoted", "label": label, **record.to_json()}

        self._change(change)
        return not is_overtaken

    def _change(self, change: _Change) -> ServedState:
        """Makes one change to the newest state, and tells servers."""
        while True:
            state = self._state()
            changed = change(state)
            if changed is None:
                return state
            after = dataclasses.replace(changed[0], serial=state.serial + 1)
            entry = {**changed[1], "at": _now(), "state": after.to_json()}
            if self._files.create(f"{_CHANGES}/{after.serial:08d}.json", _json(entry)):
                self.publish()
                return after

    def _state(self) -> ServedState:
        names = self._files.names(_CHANGES)
        content = self._files.read(f"{_CHANGES}/{names[-1]}") if names else None
        return self._found() if content is None else ServedState.from_json(json.loads(content)["state"])

    def _found(self) -> ServedState:
        """The state of a folder that was served by the highest version so far: its promoted versions."""
        # What is claimed is being uploaded, or was when a process was killed.
        claimed = self._claimed()
        found = [number for name in self._files.names("") if (number := version_number(name)) is not None]
        numbers = sorted(number for number in found if number not in claimed)
        records = {number: self.record(number) for number in numbers}
        versions = {number: record.fingerprint for number, record in records.items() if record}
        labels = {STABLE: max(versions)} if versions else {}
        # What a person has rolled back from stays withdrawn.
        lines = (self._files.read(AUDIT_FILE) or b"").split(b"\n")[:-1]
        withdrawn = withdrawn_models(json.loads(line) for line in lines)
        return ServedState(versions=versions, labels=labels, last_number=max(numbers, default=0), withdrawn=withdrawn)


def _check_judgement(state: ServedState, fingerprint: str, judged_against: JudgedAgainst | None) -> None:
    if judged_against is None:
        return
    if judged_against.version != state.stable:
        raise StaleBaselineError(judged_against.version, state.stable)
    if fingerprint in state.withdrawn:
        raise WithdrawnModelError(*state.withdrawn[fingerprint])


def _earlier_version(state: ServedState) -> int | None:
    bad = {*state.withdrawn, *([state.versions[state.stable]] if state.stable is not None else [])}
    good = [
        version
        for version, fingerprint in state.versions.items()
        if fingerprint not in bad and (state.stable is None or version < state.stable)
    ]
    return max(good, default=None)


def _listed(state: ServedState) -> str:
    return ", ".join(map(str, state.versions)) or "none"


def _listed_labels(state: ServedState) -> str:
    return ", ".join(state.labels) or "none"


def _json(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, indent=2).encode()


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
