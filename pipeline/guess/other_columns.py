"""What becomes of the columns that the task does not read: slices of the evaluation, or nothing."""

from collections import Counter
from collections.abc import Sequence

from components.evaluator.text_slices import TEXT_SLICES
from models.tasks.interface.task import Task
from pipeline.guess.column_profile import ColumnProfile
from pipeline.guess.finding import Finding
from pipeline.guess.sample import Sample

_MAX_SLICES = 3
_MAX_VALUES = 12
_MIN_SHARE = 0.05
"""Of the rows in the rarest value but one: smaller slices say little."""
_AGREEMENT = 0.5
"""Of the rows that the commonest label leaves: a column which tells the label of more is another form of it."""


def guess_slices(
    profiles: Sequence[ColumnProfile], label: str | None, sample: Sample, task: Task, metric: str
) -> tuple[tuple[str, ...], list[Finding]]:
    """Returns the columns by whose values the evaluation tells rows apart, and findings on all columns left.

    Args:
        profiles: The columns left.
        label: The column of labels, if it is one.
        sample: Rows, to compare columns with the label.
        task: Whose column names cannot be slices.
        metric: By which its models are compared.
    """
    slices: list[str] = []
    ignored: list[str] = []
    taken = {*TEXT_SLICES, *(column.name for column in task.used_columns())}
    for profile in profiles:
        fault = _fault_as_slice(profile, taken, sample, label)
        if not fault and task.expands_rows:
            fault = "rows are mixed"
        if not fault and len(slices) == _MAX_SLICES:
            fault = "a slice too many"
        if fault:
            ignored.append(f"column {profile.name or 'without a name'} ({fault})")
        else:
            slices.append(profile.name)
    findings = []
    if slices:
        findings.append(Finding("slices", ", ".join(slices), f"few values: {metric} is told for each of them, too"))
    if ignored:
        findings.append(Finding("ignored", ", ".join(ignored), ""))
    return tuple(slices), findings


def _fault_as_slice(profile: ColumnProfile, taken: set[str], sample: Sample, label: str | None) -> str:
    if profile.kind != "category":
        return profile.spoken()
    if len(profile.counts) > _MAX_VALUES:
        return f"{len(profile.counts)} values"
    if profile.name in taken:
        return "a name that the task takes"
    if sample.columns.count(profile.name) > 1:
        return "several columns of one name"
    if profile.counts.most_common()[1][1] < _MIN_SHARE * profile.num_values:
        return "one value nearly always"
    return "says nearly the same as the label" if label and _tells_label(profile.name, label, sample) else ""


def _tells_label(column: str, label: str, sample: Sample) -> bool:
    pairs = Counter((str(a), str(b)) for a, b in zip(sample.values(column), sample.values(label), strict=True))
    labels: Counter[str] = Counter()
    best: dict[str, int] = {}
    for (value, of_label), count in pairs.items():
        labels[of_label] += count
        best[value] = max(best.get(value, 0), count)
    commonest = max(labels.values())
    return sum(best.values()) - commonest >= _AGREEMENT * (pairs.total() - commonest)
