"""What was found when a model was tried as a served model."""

import dataclasses
import json
import pathlib
from collections.abc import Mapping
from typing import Any

_FILE = "validation.json"


@dataclasses.dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: Which: `ops`, `load`, `parity`, `rest` or `latency`.
        passed: Whether it is as it should be.
        explanation: In words.
    """

    name: str
    passed: bool
    explanation: str


@dataclasses.dataclass(frozen=True)
class Latency:
    """How long requests with one text took, from the client's call to its answer, one after the other.

    Attributes:
        texts: Of which length, as the slice `text_length` calls it.
        num_requests: How many.
        p50_ms: Half of them took so long at most.
        p95_ms: 95 of 100.
        p99_ms: 99 of 100.
    """

    texts: str
    num_requests: int
    p50_ms: float
    p95_ms: float
    p99_ms: float


@dataclasses.dataclass(frozen=True)
class Validation:
    """All findings.

    Attributes:
        skipped: Why nothing was tried; empty where something was.
        checks: In the order in which they were made; the first that fails is the last.
        latencies: By length of the texts, the shortest first.
        batch_ms: By its number of rows, the milliseconds of a request with the longest texts.
    """

    skipped: str = ""
    checks: tuple[Check, ...] = ()
    latencies: tuple[Latency, ...] = ()
    batch_ms: Mapping[int, float] = dataclasses.field(default_factory=dict)

    def joined_with(self, other: "Validation") -> "Validation":
        """With what was found next."""
        batch_ms = {**self.batch_ms, **other.batch_ms}
        return Validation(self.skipped, (*self.checks, *other.checks), (*self.latencies, *other.latencies), batch_ms)

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against serving the model."""
        return all(check.passed for check in self.checks)

    @property
    def reason(self) -> str:
        """In one sentence."""
        if self.skipped:
            return f"not tried as a served model: {self.skipped}"
        failed = [f"{check.name}: {check.explanation}" for check in self.checks if not check.passed]
        return "; ".join(failed) or "; ".join(check.explanation for check in self.checks)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "Validation":
        """The inverse of `dataclasses.asdict`."""
        checks = tuple(Check(**check) for check in fields["checks"])
        latencies = tuple(Latency(**latency) for latency in fields["latencies"])
        batch_ms = {int(rows): taken for rows, taken in fields["batch_ms"].items()}
        return cls(fields["skipped"], checks, latencies, batch_ms)


def write_validation(validation: Validation, uri: str) -> None:
    """Writes findings into the folder of a ServingValidation artifact."""
    folder = pathlib.Path(uri)
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(dataclasses.asdict(validation), ensure_ascii=False, indent=1, allow_nan=False)
    (folder / _FILE).write_text(text + "\n", encoding="utf-8")


def read_validation(uri: str) -> Validation:
    """The inverse of `write_validation`."""
    return Validation.from_json(json.loads((pathlib.Path(uri) / _FILE).read_text(encoding="utf-8")))
