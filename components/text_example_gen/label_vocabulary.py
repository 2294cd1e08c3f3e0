"""The labels of the train split, as they stand in the LabelVocabulary artifact."""

import dataclasses
import json
from collections.abc import Mapping

from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems

from models.label_order import ordered_labels


@dataclasses.dataclass(frozen=True)
class LabelCount:
    """One label of the train split.

    Attributes:
        label: The label, as it is served.
        rows: Rows of the train split that have it.
    """

    label: str
    rows: int


def label_vocabulary(rows: Mapping[bytes, int]) -> tuple[LabelCount, ...]:
    """Orders counted labels as the model orders its classes.

    Args:
        rows: Rows of the train split by label.
    """
    return tuple(LabelCount(label, rows[label.encode()]) for label in ordered_labels(rows))


def write_label_vocabulary(vocabulary: tuple[LabelCount, ...], path: str) -> None:
    """Writes `labels.json`: a list of `{"label": …, "rows": …}`."""
    text = json.dumps([dataclasses.asdict(count) for count in vocabulary], ensure_ascii=False, indent=1)
    with FileSystems.create(path, compression_type=CompressionTypes.UNCOMPRESSED) as file:
        file.write(text.encode() + b"\n")


def read_label_vocabulary(path: str) -> tuple[LabelCount, ...]:
    """Reads what `write_label_vocabulary` wrote."""
    with FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED) as file:
        return tuple(LabelCount(**fields) for fields in json.loads(file.read()))
