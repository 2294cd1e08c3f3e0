"""What is known of each served version."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from serving.version_record import read_version_record
from serving.version_store import VersionStore


@dataclasses.dataclass(frozen=True)
class ListedVersion:
    """A version that servers find.

    Attributes:
        version: Its number.
        path: Its folder.
        in_service: Whether servers answer with it.
        fingerprint: Equal for equal models.
        promoted_at: UTC, ISO 8601; empty, as all that follows, where somebody put the folder there by hand.
        promoted_by: A person, or `pipeline`.
        run: The run that made it.
        reason: Why it was promoted.
        withdrawn: Why it was rolled back from; empty where it was not.
        metrics: What its evaluation found.
    """

    version: int
    path: str
    in_service: bool
    fingerprint: str
    promoted_at: str
    promoted_by: str
    run: str
    reason: str
    withdrawn: str
    metrics: Mapping[str, float | None]

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        return dataclasses.asdict(self)


def listed_versions(store: VersionStore) -> list[ListedVersion]:
    """All versions of a model, the newest first."""
    current, withdrawn = store.current(), store.withdrawn()
    return [_listed(store, version, version == current, withdrawn) for version in reversed(store.versions())]


def _listed(
    store: VersionStore, version: int, in_service: bool, withdrawn: Mapping[str, tuple[int, str]]
) -> ListedVersion:
    folder = store.versions()[version]
    record = read_version_record(folder)
    fingerprint = store.fingerprint(version)
    return ListedVersion(
        version=version,
        path=str(folder),
        in_service=in_service,
        fingerprint=fingerprint,
        promoted_at=record.promoted_at if record else "",
        promoted_by=record.origin.promoted_by if record else "",
        run=record.origin.run if record else "",
        reason=record.origin.reason if record else "put there by hand",
        withdrawn=withdrawn[fingerprint][1] if fingerprint in withdrawn else "",
        metrics=record.origin.metrics if record else {},
    )
