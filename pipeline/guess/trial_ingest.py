"""Does to a sample of the rows what the ingest will do to all, to know beforehand what comes of them."""

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from components.text_example_gen.config import SPLITS, SplitName
from components.text_example_gen.content_hash import content_digest, split_by_hash
from components.text_example_gen.readers.record import Record
from models.tasks.interface.contract import Features, RowError
from models.tasks.interface.task import Task
from pipeline.guess.sample import Sample


class _Row(NamedTuple):
    sample: Sample
    record: Record
    features: Features


@dataclasses.dataclass
class TrialIngest:
    """What comes of the rows of a sample.

    Attributes:
        task: Parses rows.
        columns: The file's column by the task's.
        examples: The rows that each split gets.
        rejects: Rejected rows by file and kind of reason.
        first: The first reject of each kind.
    """

    task: Task
    columns: Mapping[str, str]
    examples: dict[SplitName, list[Features]] = dataclasses.field(default_factory=lambda: {name: [] for name in SPLITS})
    rejects: Counter[tuple[str, str]] = dataclasses.field(default_factory=Counter)
    first: dict[str, str] = dataclasses.field(default_factory=dict)

    def num_rejects(self, samples: Sequence[Sample]) -> int:
        """Rejected rows of some of the files."""
        paths = {str(sample.path) for sample in samples}
        return sum(count for (path, _), count in self.rejects.items() if path in paths)

    def commonest_reason(self) -> str:
        """The commonest kind of reject, by its first row; empty if there is none."""
        kinds: Counter[str] = Counter()
        for (_, kind), count in self.rejects.items():
            kinds[kind] += count
        return self.first[kinds.most_common(1)[0][0]] if kinds else ""

    def parse(self, sample: Sample) -> list[_Row]:
        """Returns the rows of a file that the task can use, and counts the others."""
        rows = []
        for record in sample.records:
            if record.values is None:
                self._reject(sample, record, record.fault)
                continue
            try:
                row = {name: record.values.get(source) for name, source in self.columns.items()}
                rows.append(_Row(sample, record, self.task.parse_row(row)))
            except RowError as error:
                self._reject(sample, record, str(error))
        return rows

    def accept(self, split: SplitName, rows: Sequence[_Row], held_out: set[bytes], labels: set[bytes] | None) -> None:
        """Puts rows into a split, and counts those that it must not have.

        Args:
            split: The split.
            rows: Its rows.
            held_out: Digests of texts that it must not have.
            labels: The labels that it may have; None for any.
        """
        for row in rows:
            unknown = labels is not None and not labels.issuperset(self.task.label_values(row.features))
            if held_out and self.digest(row) in held_out:
                self._reject(row.sample, row.record, "the same text is in another split")
            elif unknown:
                self._reject(row.sample, row.record, "unknown label: it does not occur in split train")
            else:
                self.examples[split].append(row.features)

    def digest(self, row: _Row) -> bytes:
        """Stands for a row's text."""
        return content_digest(self.task.content(row.features))

    def _reject(self, sample: Sample, record: Record, reason: str) -> None:
        kind = reason.partition(": ")[0]
        self.rejects[str(sample.path), kind] += 1
        # Line numbers of a large file's later parts are not known.
        line = f":{record.line}" if record.line else ""
        self.first.setdefault(kind, f"{sample.path}{line}: {reason}")


def try_files(files: Mapping[SplitName, Sample], columns: Mapping[str, str], task: Task) -> TrialIngest:
    """Tries files of their own for each split: no text may be in two, no label in the others alone."""
    trial = TrialIngest(task, columns)
    rows = {name: trial.parse(sample) for name, sample in files.items()}
    held_out: set[bytes] = set()
    labels = {label for row in rows["train"] for label in task.label_values(row.features)}
    for name in reversed(SPLITS):
        if name in rows:
            trial.accept(name, rows[name], held_out, None if name == "train" else labels)
            held_out |= set(map(trial.digest, rows[name]))
    return trial


def try_split(
    samples: Sequence[Sample], columns: Mapping[str, str], shares: Mapping[SplitName, int], task: Task
) -> TrialIngest:
    """Tries to split the rows of files by a hash of their content."""
    trial = TrialIngest(task, columns)
    rows: dict[SplitName, list[_Row]] = {name: [] for name in SPLITS}
    for row in (row for sample in samples for row in trial.parse(sample)):
        rows[split_by_hash(task.content(row.features), shares)].append(row)
    labels = {label for row in rows["train"] for label in task.label_values(row.features)}
    for name in SPLITS:
        trial.accept(name, rows[name], set(), None if name == "train" else labels)
    return trial
