"""Decides for each row of a file: which split, or why none."""

import dataclasses
import functools
from collections.abc import Mapping

from components.text_example_gen.column_map import nearest_name
from components.text_example_gen.config import SplitName
from components.text_example_gen.content_hash import content_digest, split_by_hash
from components.text_example_gen.decided_row import Accepted, Rejected
from components.text_example_gen.held_out import HeldOut
from components.text_example_gen.label_rule import FOLLOW, LabelRule
from components.text_example_gen.readers.record import Record
from components.text_example_gen.row_parser import RowParser
from models.tasks.interface.contract import Features, RowError


@dataclasses.dataclass(frozen=True)
class RowSorter:
    """Decides for each row of a file: which split, or why none.

    Attributes:
        parser: Turns rows into features.
        split: The split of all rows, or the shares by which their content decides.
        held_out: What must not occur in a split that comes before.
        labels: The labels that there are classes for; rows of other splits than train with any other are rejected.
        rule: What becomes of labels that the model in service does not have.
    """

    parser: RowParser
    split: SplitName | Mapping[SplitName, int]
    held_out: HeldOut
    labels: frozenset[bytes]
    rule: LabelRule = FOLLOW

    def decide(self, record: Record) -> Accepted | Rejected:
        """Returns where a row goes."""
        own = self.split if isinstance(self.split, str) else None
        if record.values is None:
            return Rejected(own, record, record.fault)
        try:
            features = self.parser.parse(record.values)
        except RowError as error:
            return Rejected(own, record, str(error))
        content = self.parser.task.content(features)
        if isinstance(self.split, str):
            split: SplitName = self.split
            leak = self.held_out.leak_into(split, content_digest(content))
            if leak:
                return Rejected(split, record, f"same text as a row of split {leak}")
        else:
            split = split_by_hash(content, self.split)
        return self._fault_of_labels(split, record, features) or Accepted(split, features)

    def _fault_of_labels(self, split: SplitName, record: Record, features: Features) -> Rejected | None:
        labels = self.parser.task.label_values(features)
        for name in map(bytes.decode, labels):
            if self.rule.ignores(name):
                return Rejected(split, record, self.rule.reason(name), name)
        if split != "train":
            for label in labels:
                if label not in self.labels:
                    return Rejected(split, record, _unknown_label(label, self.labels))
        return None


@functools.lru_cache(maxsize=1024)
def _unknown_label(label: bytes, labels: frozenset[bytes]) -> str:
    known = [name.decode() for name in sorted(labels)]
    nearest = nearest_name(label.decode(), known)
    hint = f"; did you mean {nearest!r}?" if nearest else ""
    return f"unknown label: {label.decode()!r} does not occur in split train{hint}"
