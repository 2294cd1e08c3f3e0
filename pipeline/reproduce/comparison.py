"""The rules by which two runs count as equal."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from components.evaluator.judge import slice_name
from components.evaluator.verdict import ThresholdCheck, Verdict
from models.tasks.interface.evaluation import split_name
from pipeline.reproduce.difference import Difference, difference_of_answers, difference_of_weights
from pipeline.reproduce.findings import Findings

REMOVED = "removed since"
_PASSED = {True: "held", False: "failed", None: "skipped"}


@dataclasses.dataclass(frozen=True)
class Comparison:
    """One thing that was compared.

    Attributes:
        what: Which.
        recorded: What the run found.
        again: What the second one found.
        equal: None where nothing can be said.
        note: Why not, or how far they are apart.
        decides: Whether a difference means that the run was not reproduced.
    """

    what: str
    recorded: str
    again: str
    equal: bool | None
    note: str = ""
    decides: bool = True


@dataclasses.dataclass(frozen=True)
class Rules:
    """When two runs count as equal.

    Attributes:
        tolerance: By how much metrics may differ.
        equal_bits: Whether weights and answers have to be equal to the last bit.
        without_baseline: Why thresholds against the model in service cannot be compared; empty where they can.
    """

    tolerance: float
    equal_bits: bool
    without_baseline: str = ""


def compare(recorded: Findings, again: Findings, rules: Rules) -> tuple[Comparison, ...]:
    """Compares what two runs found, in the order of the line."""
    return (
        _plain("rows", recorded.rows, again.rows, _rows_in_words),
        _plain("labels", recorded.labels, again.labels, _labels_in_words),
        _weights(recorded, again, rules),
        _answers(recorded, again, rules),
        *_metrics(recorded, again, rules),
        *_thresholds(recorded.verdict, again.verdict, rules),
    )


def _plain(what: str, one: Any, other: Any, in_words: Any) -> Comparison:
    if one is None:
        return Comparison(what, REMOVED, in_words(other), None)
    return Comparison(what, in_words(one), in_words(other), one == other)


def _rows_in_words(rows: Mapping[str, Any]) -> str:
    splits = ", ".join(f"{split} {count:,}" for split, count in rows["examples"].items())
    return f"{rows['rows']:,} read, {rows['rejected']:,} rejected: {splits}"


def _labels_in_words(labels: tuple[Mapping[str, Any], ...]) -> str:
    return f"{len(labels):,}" if labels else "none"


def _weights(recorded: Findings, again: Findings, rules: Rules) -> Comparison:
    if recorded.model is None or again.model is None:
        return Comparison("weights", REMOVED, "", None)
    return _of_difference("weights", difference_of_weights(recorded.model, again.model), rules)


def _answers(recorded: Findings, again: Findings, rules: Rules) -> Comparison:
    if recorded.answers is None or again.answers is None:
        return Comparison("predictions", REMOVED, "", None)
    name = f"predictions for {len(recorded.answers):,} rows of eval"
    return _of_difference(name, difference_of_answers(recorded.answers, again.answers), rules)


def _of_difference(what: str, difference: Difference, rules: Rules) -> Comparison:
    values = f"{difference.values:,} values" if difference.values else ""
    return Comparison(what, values, values, difference.is_equal, str(difference), decides=rules.equal_bits)


def _metrics(recorded: Findings, again: Findings, rules: Rules) -> Iterator[Comparison]:
    names = [name for name in {**recorded.metrics, **again.metrics} if not split_name(name)[1]]
    for name in names:
        one, other = recorded.metrics.get(name), again.metrics.get(name)
        is_close, note = _closeness([(one, other)], rules.tolerance)
        yield Comparison(name, _number(one), _number(other), is_close, note)
    if recorded.verdict and again.verdict:
        pairs = _pairs_of_slices(recorded.verdict, again.verdict)
        if pairs:
            counts = [f"{sum(value is not None for value in values):,} values" for values in zip(*pairs, strict=True)]
            is_close, note = _closeness(pairs, rules.tolerance)
            yield Comparison("metrics of slices and labels", counts[0], counts[1], is_close, note)


def _pairs_of_slices(recorded: Verdict, again: Verdict) -> list[tuple[float | None, float | None]]:
    """The values of all slices, and of labels over all rows, side by side."""
    found = [
        {
            (slice_name(part.slice), name): value
            for part in verdict.metrics
            for name, value in part.candidate.items()
            if part.slice or split_name(name)[1]
        }
        for verdict in (recorded, again)
    ]
    return [(found[0].get(key), found[1].get(key)) for key in {**found[0], **found[1]}]


def _closeness(pairs: list[tuple[float | None, float | None]], tolerance: float) -> tuple[bool, str]:
    """Whether all pairs are equal within the tolerance, and how far they are apart."""
    if any((one is None) != (other is None) for one, other in pairs):
        return False, "one of them has no value"
    largest = max((abs(one - other) for one, other in pairs if one is not None and other is not None), default=0.0)
    return largest <= tolerance, "equal" if largest == 0 else f"largest difference {largest:.3g}"


def _thresholds(recorded: Verdict | None, again: Verdict | None, rules: Rules) -> Iterator[Comparison]:
    if recorded is None or again is None:
        yield Comparison("verdict", REMOVED, "", None)
        return
    other_baseline = rules.without_baseline
    if recorded.baseline.is_candidate and not again.baseline.is_candidate:
        # Equal weights are not yet an equal file.
        other_baseline = "the run's model was in service itself"
    for one, other in zip(recorded.thresholds, again.thresholds, strict=True):
        unknown = other_baseline if one.rule.endswith("_current") else ""
        equal = None if unknown else one.passed == other.passed
        yield Comparison(_threshold_name(one), _PASSED[one.passed], _PASSED[other.passed], equal, unknown)
    equal = None if other_baseline else recorded.blessed == again.blessed
    yield Comparison("verdict", _blessed(recorded), _blessed(again), equal, other_baseline)


def _blessed(verdict: Verdict) -> str:
    return "blessed" if verdict.blessed else "refused"


def _threshold_name(check: ThresholdCheck) -> str:
    where = f" ({slice_name(check.slice)})" if check.slice else ""
    return f"{check.metric}{where} {check.rule}: {check.bound:g}"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.6g}"
