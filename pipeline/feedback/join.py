"""Joins corrected labels to logged requests: every row becomes a row of data or is rejected with a reason."""

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from components.text_example_gen.decided_row import Rejected
from models.tasks.interface.contract import RowError
from models.tasks.interface.task import Task
from pipeline.feedback.corrections import Correction, CorrectionsFile


@dataclasses.dataclass(frozen=True)
class JoinedRow:
    """A correction that found its request.

    Attributes:
        correction: The correction.
        texts: The texts of the request, by the task's columns.
        content: What decides the row's split.
    """

    correction: Correction
    texts: Mapping[str, str]
    content: bytes


@dataclasses.dataclass(frozen=True)
class Joined:
    """All rows of a file of corrections.

    Attributes:
        rows: Those that become data, in the file's order.
        rejected: All others.
    """

    rows: tuple[JoinedRow, ...]
    rejected: tuple[Rejected, ...]


@dataclasses.dataclass(frozen=True)
class Join:
    """How rows are joined.

    Attributes:
        task: Parses labels.
        requests: The texts of logged requests, by key.
        labels: The labels that the model knows; None where any is taken.
    """

    task: Task
    requests: Mapping[str, Mapping[str, str]]
    labels: Collection[str] | None

    def of(self, file: CorrectionsFile) -> Joined:
        """Joins all rows of a file."""
        parsed = [self._parse(row, file.names) for row in file.rows]
        faults = _faults_of_repetitions(parsed)
        rows, rejected = [], []
        for number, one in enumerate(parsed):
            fault = one.fault or faults.get(number, "")
            if fault:
                rejected.append(Rejected(None, one.correction.record, fault))
            else:
                texts = self.requests[one.correction.key]
                rows.append(JoinedRow(one.correction, texts, one.content))
        return Joined(tuple(rows), tuple(rejected))

    def _parse(self, row: Correction, names: Mapping[str, str]) -> "_Parsed":
        if row.fault:
            return _Parsed(row, row.fault)
        texts = self.requests.get(row.key)
        if texts is None:
            return _Parsed(row, "no logged request: none has this text or key")
        others = {name: row.values.get(source) for name, source in names.items() if name not in texts}
        try:
            features = self.task.parse_row({**others, **texts})
        except RowError as error:
            return _Parsed(row, str(error))
        known = self.labels
        unknown = [] if known is None else [
            label for label in map(bytes.decode, self.task.label_values(features)) if label not in known
        ]  # fmt: skip
        if unknown:
            return _Parsed(row, f"unknown label: {', '.join(unknown)}")
        labels = {name: value for name, value in features.items() if name not in texts}
        return _Parsed(row, "", labels, self.task.content(features))


@dataclasses.dataclass(frozen=True)
class _Parsed:
    """A row, and the reason against it or the features that its label makes."""

    correction: Correction
    fault: str
    labels: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    content: bytes = b""


def _faults_of_repetitions(rows: Sequence[_Parsed]) -> dict[int, str]:
    """What is against rows of one request, by number: of equal ones all but the first, of contradicting ones all."""
    of_request: defaultdict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        if not row.fault:
            of_request[row.correction.key].append(number)
    faults = {}
    for numbers in of_request.values():
        lines = [rows[number].correction.record.line for number in numbers]
        if any(rows[number].labels != rows[numbers[0]].labels for number in numbers):
            told = ", ".join(map(str, lines))
            faults.update(dict.fromkeys(numbers, f"conflicting corrections: of one request, in lines {told}"))
        else:
            faults.update(dict.fromkeys(numbers[1:], f"repeated correction: as in line {lines[0]}"))
    return faults
