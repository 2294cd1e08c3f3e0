"""What is known of each served version."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from serving.promotion import ModelVersions


@dataclasses.dataclass(frozen=True)
class ListedVersion:
    """A version that servers find.

    Attributes:
        version: Its number.
        path: Its folder, or the address of it.
        in_service: Whether servers answer with it, and new models are judged against it.
        labels: Its labels; none where servers serve the highest version.
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
    labels: tuple[str, ...]
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


def listed_versions(store: ModelVersions) -> list[ListedVersion]:
    """All versions of a model, the newest first."""
    current, withdrawn = store.current(), store.withdrawn()
    return [_listed(store, version, version == current, withdrawn) for version in reversed(store.numbers())]


def _listed(
    store: ModelVersions, version: int, in_service: bool, withdrawn: Mapping[str, tuple[int, str]]
) -> ListedVersion:
    record = store.record(version)
    fingerprint = store.fingerprint(version)
    return ListedVersion(
        version=version,
        path=store.location_of(version),
        in_service=in_service,
        labels=tuple(label for label, at in store.labels().items() if at == version),
        fingerprint=fingerprint,
        promoted_at=record.promoted_at if record else "",
        promoted_by=record.origin.promoted_by if record else "",
        run=record.origin.run if record else "",
        reason=record.origin.reason if record else "put there by hand",
        withdrawn=withdrawn[fingerprint][1] if fingerprint in withdrawn else "",
        metrics=record.origin.metrics if record else {},
    )
