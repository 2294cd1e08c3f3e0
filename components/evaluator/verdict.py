"""The outcome of an evaluation: what was measured, what was asked, and whether the model is good enough."""

import dataclasses
import json
import pathlib
from collections.abc import Mapping
from typing import Any

_FILE = "verdict.json"

Interval = tuple[float, float]
"""Between which values something lies."""


@dataclasses.dataclass(frozen=True)
class Baseline:
    """The model in service, as far as the candidate can be compared with it.

    Attributes:
        version: Its version; None where none is in service.
        uri: The folder of its SavedModel, or None.
        is_candidate: Whether it is the candidate itself.
        incomparable: Why its metrics would say nothing about the candidate; empty where they do.
    """

    version: int | None = None
    uri: str | None = None
    is_candidate: bool = False
    incomparable: str = ""

    @property
    def is_comparable(self) -> bool:
        """Whether it can be evaluated beside the candidate."""
        return self.uri is not None and not self.is_candidate and not self.incomparable


@dataclasses.dataclass(frozen=True)
class SliceMetrics:
    """The metrics of one slice.

    Attributes:
        slice: Values by slice name; empty for all rows.
        candidate: Values by metric; None where a metric has no finite value.
        baseline: The same of the model in service; None where it was not evaluated.
        candidate_intervals: Around the candidate's values; no entry where there are too few rows to tell.
        baseline_intervals: Around those of the model in service.
        change_intervals: Around the candidate's value less that of the model in service, on the same rows.
    """

    slice: Mapping[str, str]
    candidate: Mapping[str, float | None]
    baseline: Mapping[str, float | None] | None
    candidate_intervals: Mapping[str, Interval] = dataclasses.field(default_factory=dict)
    baseline_intervals: Mapping[str, Interval] = dataclasses.field(default_factory=dict)
    change_intervals: Mapping[str, Interval] = dataclasses.field(default_factory=dict)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "SliceMetrics":
        """The inverse of `dataclasses.asdict`."""
        intervals = {
            name: {metric: (low, high) for metric, (low, high) in fields[name].items()}
            for name in ("candidate_intervals", "baseline_intervals", "change_intervals")
        }
        return cls(fields["slice"], fields["candidate"], fields["baseline"], **intervals)


@dataclasses.dataclass(frozen=True)
class ThresholdCheck:
    """What became of one threshold.

    Attributes:
        metric: Its metric.
        slice: Its slice; empty for all rows.
        rule: `at_least`, `at_most`, `at_most_below_current` or `at_least_above_current`.
        bound: The number in the config.
        value: The candidate's metric; None where there is none.
        baseline_value: That of the model in service; None where there is none.
        significant: Whether only a change larger than chance counts.
        passed: None where the threshold was skipped.
        explanation: One clause, in words.
    """

    metric: str
    slice: Mapping[str, str]
    rule: str
    bound: float
    value: float | None
    baseline_value: float | None
    significant: bool
    passed: bool | None
    explanation: str


@dataclasses.dataclass(frozen=True)
class Verdict:
    """Whether a model may go into service.

    Attributes:
        blessed: The answer.
        reason: Why, in one sentence.
        baseline: What it was compared with.
        thresholds: Every threshold of the config, in its order.
        metrics: All rows first, then the slices, sorted.
    """

    blessed: bool
    reason: str
    baseline: Baseline
    thresholds: tuple[ThresholdCheck, ...]
    metrics: tuple[SliceMetrics, ...]

    def overall(self) -> Mapping[str, float | None]:
        """The candidate's metrics over all rows."""
        return self.metrics[0].candidate

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "Verdict":
        """The inverse of `dataclasses.asdict`."""
        return cls(
            blessed=fields["blessed"],
            reason=fields["reason"],
            baseline=Baseline(**fields["baseline"]),
            thresholds=tuple(ThresholdCheck(**check) for check in fields["thresholds"]),
            metrics=tuple(SliceMetrics.from_json(metrics) for metrics in fields["metrics"]),
        )


def write_verdict(verdict: Verdict, uri: str) -> None:
    """Writes a verdict into the folder of a ModelEvaluation artifact."""
    text = json.dumps(dataclasses.asdict(verdict), ensure_ascii=False, indent=1, allow_nan=False)
    (pathlib.Path(uri) / _FILE).write_text(text + "\n", encoding="utf-8")


def read_verdict(uri: str) -> Verdict:
    """Reads the verdict that Evaluator left in the folder of its `evaluation` output."""
    return Verdict.from_json(json.loads((pathlib.Path(uri) / _FILE).read_text(encoding="utf-8")))
