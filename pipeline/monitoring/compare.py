"""Decides whether a model is asked and answers otherwise than it was made for."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from pipeline.monitoring.chance import chance
from pipeline.monitoring.checks import Check, checks_of
from pipeline.monitoring.config import MonitoringConfig
from pipeline.monitoring.distances import TFDV_MEASURES, Measure, distances
from pipeline.monitoring.row_facts import Reference, Served

_MAX_NAMES = 20
_ROUNDING = 1e-6


@dataclasses.dataclass(frozen=True)
class CheckResult:
    """What became of one check.

    Attributes:
        name: The field of `DriftThresholds`.
        measure: The distance.
        found: The distance.
        expected: What it is by chance, in the mean, where nothing has changed.
        threshold: What it may be beyond that.
        limit: Above this it is drift: `expected` and `threshold` together, or what chance exceeds too rarely to be the
            reason, whichever is higher.
        is_drift: Whether it is above.
        reference: The share of each name, or the mean; of word pieces, whose names are ids, those that rose most.
        served: Likewise.
        num_rows: How many reference and served rows were compared.
    """

    name: str
    measure: Measure
    found: float
    expected: float
    threshold: float
    limit: float
    is_drift: bool
    reference: Mapping[str, float]
    served: Mapping[str, float]
    num_rows: tuple[int, int]


@dataclasses.dataclass(frozen=True)
class Comparison:
    """What became of all checks.

    Attributes:
        num_texts: Different texts that were served.
        min_requests: How many there have to be.
        checks: The results; none where there are too few texts.
    """

    num_texts: int
    min_requests: int
    checks: tuple[CheckResult, ...]

    @property
    def is_decided(self) -> bool:
        """Whether there were enough texts to say anything."""
        return self.num_texts >= self.min_requests

    @property
    def drifted(self) -> tuple[str, ...]:
        """The names of the checks that found drift."""
        return tuple(check.name for check in self.checks if check.is_drift)

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        return {**dataclasses.asdict(self), "is_decided": self.is_decided, "drifted": list(self.drifted)}


MeasureAll = Callable[[list[Check]], Mapping[str, float]]
"""Gives the distance by check of those that TFDV has a comparator for."""


def compare(
    reference: Reference, served: Served, config: MonitoringConfig, num_texts: int, measure: MeasureAll
) -> Comparison:
    """Compares.

    Each check may be wrong as often as its part of `false_alarms` says, so that all together keep to it (Bonferroni).

    Args:
        reference: What the model was made of.
        served: What it was asked and answered.
        config: Thresholds, and how often an alarm may be false.
        num_texts: Different texts in the window, of which `served` may be a sample.
        measure: Measures what TFDV has a comparator for.
    """
    if num_texts < config.min_requests:
        return Comparison(num_texts, config.min_requests, ())
    checks = checks_of(reference, served, config)
    found = {**{check.name: _distance(check) for check in checks}, **measure(checks)}
    share = config.false_alarms / max(len(checks), 1)
    results = (_result(check, found[check.name], getattr(config.thresholds, check.name), share) for check in checks)
    return Comparison(num_texts, config.min_requests, tuple(results))


def _result(check: Check, found: float, threshold: float, share: float) -> CheckResult:
    by_chance = chance(check.measure, np.concatenate([check.served, check.reference]), len(check.served), share)
    limit = max(by_chance.mean + threshold, by_chance.limit)
    names = _told_names(check)
    return CheckResult(
        name=check.name,
        measure=check.measure,
        found=found,
        expected=by_chance.mean,
        threshold=threshold,
        limit=limit,
        # Where all draws are alike, rounding must not make the difference.
        is_drift=found > limit + _ROUNDING,
        reference=_shares(check, check.reference, names),
        served=_shares(check, check.served, names),
        num_rows=(len(check.reference), len(check.served)),
    )


def _distance(check: Check) -> float:
    served, reference = (rows.sum(axis=0, keepdims=True, dtype=np.float64) for rows in (check.served, check.reference))
    return float(distances(check.measure, served, reference, (len(check.served), len(check.reference)))[0])


def _told_names(check: Check) -> tuple[str, ...]:
    """All names; of word pieces, which are thousands, those whose share of the rows rose most."""
    if check.measure != "standardised_rise":
        return check.names
    rises = check.served.mean(axis=0) - check.reference.mean(axis=0)
    return tuple(check.names[place] for place in np.argsort(-rises, kind="stable")[:_MAX_NAMES])


def _shares(check: Check, rows: np.ndarray, names: tuple[str, ...]) -> dict[str, float]:
    whole = max(rows.sum(), 1) if check.measure in TFDV_MEASURES else len(rows)
    sign = -1 if check.is_drop else 1
    shares = {name: sign * float(total / whole) for name, total in zip(check.names, rows.sum(axis=0), strict=True)}
    return {name: shares[name] for name in names}
