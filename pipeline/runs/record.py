"""What is kept of a run: when, what each component did, and what came out."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pipeline.runs.provenance import CodeVersion, Provenance

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_Fields = TypeVar("_Fields", bound="DataclassInstance")

ComponentState = Literal["running", "done", "cached", "reused", "failed", "interrupted"]
"""`cached`: an earlier result was found valid; `reused`: it was taken as it is, because the run was to start later."""
RunState = Literal["running", "done", "failed", "interrupted", "killed"]
"""`killed` is written by the next run: one that is not going on any more says `running` until then."""


@dataclasses.dataclass(frozen=True)
class ComponentRecord:
    """What one component did.

    Attributes:
        state: How far it came.
        seconds: How long it took.
        outputs: The folder of each of its outputs.
    """

    state: ComponentState
    seconds: float = 0.0
    outputs: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class RunOutcome:
    """What came out of a run that went to its end.

    Attributes:
        promoted: Whether it put a new version into service.
        version: The version that holds its model; None where that was not promoted.
        path: That version's folder, or None.
        reason: Why it was promoted or not, in words.
        verdict: What the evaluation said, in words.
        metrics: The model's metrics over all rows of the split it was judged on.
    """

    promoted: bool
    version: int | None
    path: str | None
    reason: str
    verdict: str
    metrics: Mapping[str, float | None]


@dataclasses.dataclass(frozen=True)
class RunRecord:
    """One run.

    Attributes:
        run: Its name, which is also its pipeline run in ML Metadata.
        started_at: ISO 8601 with the time zone.
        log: The log file.
        state: How far it came.
        seconds: How long it took.
        components: Its components, in the order in which they began.
        part: The part of the line that was to run, in words; empty for all of it.
        base: The run whose results stand for the components before that part.
        inputs: `run_fingerprint` of what it read, set at its end; None where only a part ran.
        in_service: What was in service after it.
        outcome: None where it did not come to its end.
        error: Why it stopped, in one line.
        provenance: What it was made of; None in records of releases that did not write it down.
    """

    run: str
    started_at: str
    log: str
    state: RunState = "running"
    seconds: float = 0.0
    components: Mapping[str, ComponentRecord] = dataclasses.field(default_factory=dict)
    part: str = ""
    base: str | None = None
    inputs: str | None = None
    in_service: str | None = None
    outcome: RunOutcome | None = None
    error: str = ""
    provenance: Provenance | None = None

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "RunRecord":
        """The inverse of `to_json`; fields that are not known here, as of a later release, are left out.

        Raises:
            KeyError: A field is missing.
            TypeError: It is nothing like a record.
        """
        components = {name: _known(ComponentRecord, component) for name, component in fields["components"].items()}
        outcome = fields["outcome"] and _known(RunOutcome, fields["outcome"])
        provenance = fields.get("provenance") and _provenance(fields["provenance"])
        return _known(cls, {**fields, "components": components, "outcome": outcome, "provenance": provenance})

    def with_paths(self, change: Callable[[str], str]) -> "RunRecord":
        """A copy whose log and output folders are named otherwise."""
        components = {
            name: dataclasses.replace(
                component, outputs={key: change(folder) for key, folder in component.outputs.items()}
            )
            for name, component in self.components.items()
        }
        return dataclasses.replace(self, log=change(self.log), components=components)

    def output_folders(self) -> set[str]:
        """The folders of all outputs of all components."""
        return {uri for component in self.components.values() for uri in component.outputs.values()}


def _provenance(fields: Mapping[str, Any]) -> Provenance:
    return _known(Provenance, {**fields, "code": _known(CodeVersion, fields["code"])})


def _known(cls: type[_Fields], fields: Mapping[str, Any]) -> _Fields:
    names = {field.name for field in dataclasses.fields(cls)}
    return cls(**{name: value for name, value in fields.items() if name in names})
