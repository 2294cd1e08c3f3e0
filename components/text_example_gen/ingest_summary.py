"""What became of the rows of a run, as it stands beside the rejects."""

from collections import Counter
from collections.abc import Iterable

import pydantic
from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems

from components.text_example_gen.config import SPLITS, SplitName
from components.text_example_gen.source_file import SourceFile
from components.text_example_gen.spans import describe_spans, missing_spans
from components.text_example_gen.tally import PathAndSplit, Tally


class _Part(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(frozen=True)


class ReasonSummary(_Part):
    """One kind of reason for rejecting rows, with its first row."""

    reason: str
    rows: int
    first_file: str
    first_line: int
    first_reason: str


class FileSummary(_Part):
    """What became of the rows of one file; the split is None if their content decided, the span where there is none."""

    file: str
    split: SplitName | None
    rows: int
    accepted: dict[SplitName, int]
    examples: dict[SplitName, int]
    rejects: dict[str, int]
    span: str | None = None


class IngestSummary(_Part):
    """What became of the rows of a run.

    Attributes:
        rows: Rows that were read.
        accepted: Rows that the task can use, by split.
        examples: Examples that were written of them, by split: one each, unless the task makes others.
        rejected: Rows that were rejected.
        reasons: The kinds of reasons, the most frequent first.
        files: The same by file.
        damaged: Files that could not be read to their ends, and why.
        spans: The spans that were read, those that follow each other as one.
        missing_spans: Those of the window that were not there, likewise.
        new_labels: Rejected rows by the new label that they were left out for, as the config asks; part of `rejected`.
        kept_labels: Labels of the model in service that are classes though no row of the train split has them.
    """

    rows: int
    accepted: dict[SplitName, int]
    examples: dict[SplitName, int]
    rejected: int
    reasons: tuple[ReasonSummary, ...]
    files: tuple[FileSummary, ...]
    damaged: tuple[str, ...]
    spans: tuple[str, ...] = ()
    missing_spans: tuple[str, ...] = ()
    new_labels: dict[str, int] = {}
    kept_labels: tuple[str, ...] = ()

    @property
    def num_ignored(self) -> int:
        """Rejected rows that the config asks to leave out."""
        return sum(self.new_labels.values())

    @property
    def rejected_fraction(self) -> float:
        """The part of all rows that was rejected; 0 if there are none."""
        return self.rejected / self.rows if self.rows else 0.0


def write_summary(summary: IngestSummary, path: str) -> None:
    """Writes a summary as JSON."""
    with FileSystems.create(path, compression_type=CompressionTypes.UNCOMPRESSED) as file:
        file.write(summary.model_dump_json(indent=2).encode() + b"\n")


def read_summary(path: str) -> IngestSummary:
    """Reads what `write_summary` wrote."""
    with FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED) as file:
        return IngestSummary.model_validate_json(file.read())


def summarize(tally: Tally, files: tuple[SourceFile, ...], window: int = 1, kept: Iterable[str] = ()) -> IngestSummary:
    """Returns the summary of a run.

    Args:
        tally: The counts of all its blocks.
        files: All its files.
        window: How many spans were asked for.
        kept: Labels that are classes even where no row has them.
    """
    spans = {file.span for file in files if file.span is not None}
    return IngestSummary(
        rows=tally.rows.total(),
        accepted=_by_split(tally.accepted),
        examples=_by_split(tally.examples),
        rejected=tally.rejects.total(),
        reasons=_reasons(tally),
        files=tuple(_file_summary(tally, file) for file in files),
        damaged=tuple(sorted(tally.damaged)),
        spans=describe_spans(spans),
        missing_spans=missing_spans(spans, window),
        new_labels=dict(sorted(tally.new_labels.items())),
        kept_labels=tuple(sorted(label for label in kept if label.encode() not in tally.labels)),
    )


def _by_split(counts: Counter[PathAndSplit]) -> dict[SplitName, int]:
    summed: dict[SplitName, int] = dict.fromkeys(SPLITS, 0)
    for (_, split), count in counts.items():
        summed[split] += count
    return summed


def _reasons(tally: Tally) -> tuple[ReasonSummary, ...]:
    counts = dict.fromkeys(tally.first, 0)
    for (_, kind), count in tally.rejects.items():
        counts[kind] += count
    reasons = [
        ReasonSummary(
            reason=kind,
            rows=counts[kind],
            first_file=first.place.path,
            first_line=first.place.line,
            first_reason=first.reason,
        )
        for kind, first in tally.first.items()
    ]
    return tuple(sorted(reasons, key=lambda reason: (-reason.rows, reason.reason)))


def _file_summary(tally: Tally, file: SourceFile) -> FileSummary:
    return FileSummary(
        file=file.path,
        split=file.split,
        rows=tally.rows[file.path],
        accepted={name: count for name in SPLITS if (count := tally.accepted[file.path, name])},
        examples={name: count for name in SPLITS if (count := tally.examples[file.path, name])},
        rejects={kind: count for (path, kind), count in sorted(tally.rejects.items()) if path == file.path},
        span=file.span,
    )
