"""All that the page of a run shows, as plain values; `report.json` holds it."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Literal

from components.evaluator.row_summary import ClassCount, WrongRow
from components.serving_validator.validation import Validation

OutcomeKind = Literal["promoted", "unchanged", "refused"]


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of the run.

    Attributes:
        kind: Whether its model went into service, was there already, or was not let in.
        sentence: The same in one sentence, with the reason.
        version: The version that holds the model; None where none does.
        current_version: The version that was in service before; None where there was none.
    """

    kind: OutcomeKind
    sentence: str
    version: int | None
    current_version: int | None


@dataclasses.dataclass(frozen=True)
class RunFacts:
    """What was run, when, and on what.

    Attributes:
        name: The pipeline's name.
        run: The run's name.
        written_at: When the page was written, ISO 8601.
        task: The task's name.
        config: The whole config.
        code: A fingerprint of the code that ran.
        versions: Versions of Python and of the libraries.
        machine: The machine that wrote the page, in words, by kind of part.
    """

    name: str
    run: str
    written_at: str
    task: str
    config: Mapping[str, Any]
    code: str
    versions: Mapping[str, str]
    machine: Mapping[str, str]


@dataclasses.dataclass(frozen=True)
class MetricValue:
    """One number of an evaluation.

    Attributes:
        value: The candidate's; None where it has no finite value.
        interval: Its confidence interval, where there is one.
        current: That of the model in service; None where it was not measured.
        current_interval: Its confidence interval.
        change_interval: That of the candidate's value less the one in service.
    """

    value: float | None
    interval: tuple[float, float] | None
    current: float | None
    current_interval: tuple[float, float] | None
    change_interval: tuple[float, float] | None


@dataclasses.dataclass(frozen=True)
class MetricRow:
    """The metrics of some rows of the data, or of one label.

    Attributes:
        group: What the rows are told apart by, such as `channel`; empty for all rows.
        name: Which ones of it.
        values: By metric.
    """

    group: str
    name: str
    values: Mapping[str, MetricValue]


@dataclasses.dataclass(frozen=True)
class ThresholdFacts:
    """One threshold, and what became of it; `passed` is None where it was skipped."""

    rule: str
    rows: str
    passed: bool | None
    explanation: str


@dataclasses.dataclass(frozen=True)
class MetricFacts:
    """What the evaluation measured.

    Attributes:
        split: The split that the model was judged on.
        confidence: Of the intervals, such as 0.95; None where there are none.
        directions: Whether higher is better, by metric; None where neither way is.
        overall: All rows.
        slices: The slices, in natural order.
        labels: Metrics of single labels over all rows.
        checks: The thresholds.
        has_current: Whether the model in service was measured too.
        incomparable: Why it was not, where it could not be.
    """

    split: str
    confidence: float | None
    directions: Mapping[str, bool | None]
    overall: MetricRow
    slices: tuple[MetricRow, ...]
    labels: tuple[MetricRow, ...]
    checks: tuple[ThresholdFacts, ...]
    has_current: bool
    incomparable: str


@dataclasses.dataclass(frozen=True)
class CalibrationBin:
    """Answers of like score: how many, their mean score, and which part of them is right."""

    answers: int
    mean_score: float
    right: float


@dataclasses.dataclass(frozen=True)
class ThresholdPoint:
    """Precision and recall where a label counts as given from a score on; precision is None where none is given."""

    threshold: float
    precision: float | None
    recall: float


@dataclasses.dataclass(frozen=True)
class LabelCurve:
    """Precision and recall of one label by threshold, and how often it is true; all labels together are `""`."""

    label: str
    true: int
    points: tuple[ThresholdPoint, ...]


@dataclasses.dataclass(frozen=True)
class RowFacts:
    """What the rows of the evaluation tell; empty where the task does not give it.

    Attributes:
        num_rows: Rows that were judged.
        num_wrong: Those of them with an error.
        classes: The classes, in the order of the matrix.
        confusion: Rows by true class, in each by answered class.
        confusions: Which wrong classes were answered most often.
        calibration: From the lowest scores to the highest.
        curves: Precision and recall, all labels together first.
        pairs: True and answered numbers of a sample.
        worst: The most wrong rows; None where texts may not be shown.
    """

    num_rows: int
    num_wrong: int
    classes: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    confusions: tuple[ClassCount, ...]
    calibration: tuple[CalibrationBin, ...]
    curves: tuple[LabelCurve, ...]
    pairs: tuple[tuple[float, float], ...]
    worst: tuple[WrongRow, ...] | None


@dataclasses.dataclass(frozen=True)
class Curve:
    """A metric over the training's steps, on the train split and on the one that chooses the epoch."""

    metric: str
    train: tuple[tuple[int, float], ...]
    validation: tuple[tuple[int, float], ...]


@dataclasses.dataclass(frozen=True)
class TrainingFacts:
    """How the training went.

    Attributes:
        curves: The loss, the monitored metric, and the others.
        monitor: The metric that chooses the epoch.
        best: The validation point of the epoch that was kept; None where it is not known.
        steps: The last step.
        seconds: From the first point to the last.
        start: What it started from, where the config asks for the model in service; empty where it does not.
        memory: What it did about too little memory; empty where there was enough.
    """

    curves: tuple[Curve, ...]
    monitor: str
    best: tuple[int, float] | None
    steps: int
    seconds: float
    start: str = ""
    memory: str = ""


@dataclasses.dataclass(frozen=True)
class ColumnFacts:
    """What is in a column of a split, by TFDV."""

    split: str
    column: str
    rows: int
    missing: int
    distinct: int | None
    mean: float | None


@dataclasses.dataclass(frozen=True)
class NumberHistogram:
    """How the numbers of a split lie: counts of buckets between edges, and quantiles by name."""

    split: str
    edges: tuple[float, ...]
    counts: tuple[float, ...]
    quantiles: Mapping[str, float]


@dataclasses.dataclass(frozen=True)
class LengthFacts:
    """The lengths of what one feature holds: word pieces.

    Attributes:
        feature: Its name.
        splits: By split.
        limit: The length at which rows are cut; None where they are not.
        at_limit: Rows of that length, by split.
    """

    feature: str
    splits: tuple[NumberHistogram, ...]
    limit: int | None
    at_limit: Mapping[str, int]


@dataclasses.dataclass(frozen=True)
class LabelRows:
    """How many rows of each split have a label."""

    label: str
    rows: Mapping[str, int]


@dataclasses.dataclass(frozen=True)
class RejectReason:
    """One kind of reason for which rows were rejected; the first row of it, where texts may be shown."""

    reason: str
    rows: int
    place: str
    example: str | None


@dataclasses.dataclass(frozen=True)
class AnomalyFacts:
    """One way in which a column contradicts the schema; details where texts may be shown."""

    split: str
    column: str
    what: str
    details: str | None


@dataclasses.dataclass(frozen=True)
class SourceFacts:
    """What became of the rows of one file."""

    file: str
    rows: int
    accepted: Mapping[str, int]
    rejected: int


@dataclasses.dataclass(frozen=True)
class DataFacts:
    """What the model was made of.

    Attributes:
        rows: Rows that were read.
        rejected: Rows that could not be used.
        examples: Examples by split.
        sources: The files.
        reasons: Why rows were rejected.
        damaged: Files that could not be read to their ends.
        anomalies: What contradicts the schema.
        columns: What the columns hold.
        labels: How the labels are spread.
        numbers: How the numbers to be learnt are spread, where these are numbers.
        lengths: How long the texts are, in word pieces.
        spans: The spans that were read, where the data come in spans.
        missing_spans: Those of the window that were not there.
        new_labels: Rejected rows by the new label that they were left out for.
        kept_labels: Labels that are classes though no row of the train split has them.
    """

    rows: int
    rejected: int
    examples: Mapping[str, int]
    sources: tuple[SourceFacts, ...]
    reasons: tuple[RejectReason, ...]
    damaged: tuple[str, ...]
    anomalies: tuple[AnomalyFacts, ...]
    columns: tuple[ColumnFacts, ...]
    labels: tuple[LabelRows, ...]
    numbers: tuple[NumberHistogram, ...]
    lengths: tuple[LengthFacts, ...]
    spans: tuple[str, ...] = ()
    missing_spans: tuple[str, ...] = ()
    new_labels: Mapping[str, int] = dataclasses.field(default_factory=dict)
    kept_labels: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class LineageStep:
    """Something that was read or made on the way from the files to the version.

    Attributes:
        what: In words.
        made_by: The component; empty for what was there before.
        artifact: Its number in ML Metadata; None for what is no artifact, or not known there.
        path: Where it is: a local path or a URI.
        link: A relative link from the page to it; None where it cannot be opened from there.
    """

    what: str
    made_by: str
    artifact: int | None
    path: str
    link: str | None


@dataclasses.dataclass(frozen=True)
class Report:
    """One run."""

    outcome: Outcome
    run: RunFacts
    metrics: MetricFacts
    rows: RowFacts | None
    serving: Validation
    training: TrainingFacts
    data: DataFacts
    lineage: tuple[LineageStep, ...]
