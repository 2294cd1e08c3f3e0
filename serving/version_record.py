"""What is known of a promoted version, written inside its folder."""

import dataclasses
import json
import pathlib
from collections.abc import Mapping
from typing import Any

RECORD_FILE = pathlib.PurePosixPath("assets.extra/promotion.json")
"""Where a version keeps its record: `assets.extra` is the part of a SavedModel that servers leave to others."""


@dataclasses.dataclass(frozen=True)
class VersionOrigin:
    """Who promoted a model and why it was good enough.

    Attributes:
        promoted_by: A person, or `pipeline`.
        run: The pipeline run that made the model.
        model: Where the model was copied from.
        reason: Why it was promoted, in words.
        metrics: What its evaluation found, by metric; None where a metric has no value.
        withdraws: Fingerprints of models that it replaces because they turned out to be bad. No run puts these into
            service again.
    """

    promoted_by: str
    run: str
    model: str
    reason: str
    metrics: Mapping[str, float | None] = dataclasses.field(default_factory=dict)
    withdraws: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class VersionRecord:
    """One version of a model.

    Attributes:
        version: Its number.
        promoted_at: UTC, ISO 8601.
        fingerprint: `model_fingerprint` of its files.
        origin: Who promoted it and why.
    """

    version: int
    promoted_at: str
    fingerprint: str
    origin: VersionOrigin

    def to_json(self) -> dict[str, Any]:
        """The record as one flat JSON object."""
        fields = dataclasses.asdict(self)
        origin = fields.pop("origin")
        return {**fields, **origin, "withdraws": list(origin["withdraws"])}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "VersionRecord":
        """The inverse of `to_json`; fields that are not the record's are ignored."""
        own = {field.name: fields[field.name] for field in dataclasses.fields(cls) if field.name != "origin"}
        origin = {field.name: fields[field.name] for field in dataclasses.fields(VersionOrigin) if field.name in fields}
        # Earlier versions of bertline wrote none.
        origin["withdraws"] = tuple(fields.get("withdraws", ()))
        return cls(**own, origin=VersionOrigin(**origin))


def read_version_record(folder: pathlib.Path) -> VersionRecord | None:
    """The record of a version's folder, or None where somebody put the folder there by hand, or what is no record."""
    try:
        return VersionRecord.from_json(json.loads((folder / RECORD_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
