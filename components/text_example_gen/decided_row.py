"""What becomes of a row of a file."""

from typing import NamedTuple

from components.text_example_gen.config import SplitName
from components.text_example_gen.readers.record import Record
from models.tasks.interface.contract import Features


class Accepted(NamedTuple):
    """A row that becomes an example."""

    split: SplitName
    features: Features


class Rejected(NamedTuple):
    """A row that does not, and why; the split is None where the row is too broken to tell.

    `new_label` is the label that it was left out for, where that was the reason.
    """

    split: SplitName | None
    record: Record
    reason: str
    new_label: str = ""
