"""Which versions there are and which of them servers load, at one moment."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from serving.promotion import STABLE


@dataclasses.dataclass(frozen=True)
class ServedState:
    """What a promotion, a rollback or a change of labels finds and leaves.

    Attributes:
        serial: How many changes led here.
        versions: The fingerprints of the models, by version, in ascending order.
        labels: Versions by label.
        previous: What was stable before; servers keep it loaded, so that a rollback takes effect at once. None where
            there was none, or it was pruned.
        last_number: The highest version ever; no number is used twice.
        withdrawn: The models that were rolled back from, by fingerprint: as which version they were in service, and
            why.
    """

    serial: int = 0
    versions: Mapping[int, str] = dataclasses.field(default_factory=dict)
    labels: Mapping[str, int] = dataclasses.field(default_factory=dict)
    previous: int | None = None
    last_number: int = 0
    withdrawn: Mapping[str, tuple[int, str]] = dataclasses.field(default_factory=dict)

    @property
    def stable(self) -> int | None:
        """The version in service."""
        return self.labels.get(STABLE)

    def served(self) -> tuple[int, ...]:
        """The versions that servers load, in ascending order."""
        kept = () if self.previous is None else (self.previous,)
        return tuple(sorted({*self.labels.values(), *kept}))

    def with_version(self, version: int, fingerprint: str, label: str) -> "ServedState":
        """With a new version under a label; a model that is promoted is not withdrawn any more."""
        withdrawn = {key: found for key, found in self.withdrawn.items() if key != fingerprint}
        added = dataclasses.replace(
            self, versions={**self.versions, version: fingerprint}, last_number=version, withdrawn=withdrawn
        )
        return added.with_label(label, version)

    def with_label(self, label: str, version: int) -> "ServedState":
        """With a label on another of its versions."""
        previous = self.stable if label == STABLE and version != self.stable else self.previous
        return dataclasses.replace(self, labels={**self.labels, label: version}, previous=previous)

    def without_label(self, label: str) -> "ServedState":
        """Without a label."""
        return dataclasses.replace(self, labels={name: at for name, at in self.labels.items() if name != label})

    def back_to(self, version: int, reason: str) -> "ServedState":
        """With an earlier version as the stable one, and without all that came since then, which is withdrawn."""
        good = self.versions[version]
        bad = {self.versions[later]: (later, reason) for later in self.versions if later > version}
        bad.pop(good, None)
        labels = {name: at for name, at in self.labels.items() if at <= version}
        return dataclasses.replace(
            self, labels={**labels, STABLE: version}, previous=None, withdrawn={**self.withdrawn, **bad}
        )

    def without_versions(self, versions: tuple[int, ...]) -> "ServedState":
        """Without versions that servers do not load."""
        kept = {version: found for version, found in self.versions.items() if version not in versions}
        return dataclasses.replace(self, versions=kept)

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "ServedState":
        """The inverse of `to_json`."""
        return cls(
            serial=fields["serial"],
            versions={int(version): fingerprint for version, fingerprint in fields["versions"].items()},
            labels=dict(fields["labels"]),
            previous=fields["previous"],
            last_number=fields["last_number"],
            withdrawn={key: (found[0], found[1]) for key, found in fields["withdrawn"].items()},
        )
