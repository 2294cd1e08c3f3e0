"""The labels of the train split and those kept besides, as they stand in the LabelVocabulary artifact."""

import dataclasses
import json
from collections.abc import Collection, Iterable, Mapping

from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems

from models.label_order import ordered_labels


@dataclasses.dataclass(frozen=True)
class LabelCount:
    """One label that is a class of the model.

    Attributes:
        label: The label, as it is served.
        rows: Rows of the train split that have it; 0 for one that is kept from the model in service.
    """

    label: str
    rows: int


def label_vocabulary(rows: Mapping[bytes, int], kept: Collection[str] = ()) -> tuple[LabelCount, ...]:
    """Orders counted labels as the model orders its classes.

    Args:
        rows: Rows of the train split by label.
        kept: Labels that are classes even where no row has them.
    """
    labels = ordered_labels([*rows, *(label.encode() for label in kept)])
    return tuple(LabelCount(label, rows.get(label.encode(), 0)) for label in labels)


def kept_labels(vocabulary: Iterable[LabelCount]) -> tuple[str, ...]:
    """Those that no row of the train split has."""
    return tuple(count.label for count in vocabulary if not count.rows)


def labels_file(artifact: str) -> str:
    """The file of a LabelVocabulary artifact.

    Args:
        artifact: Its folder.
    """
    return f"{artifact}/labels.json"


def write_label_vocabulary(vocabulary: tuple[LabelCount, ...], path: str) -> None:
    """Writes `labels.json`: a list of `{"label": …, "rows": …}`."""
    text = json.dumps([dataclasses.asdict(count) for count in vocabulary], ensure_ascii=False, indent=1)
    with FileSystems.create(path, compression_type=CompressionTypes.UNCOMPRESSED) as file:
        file.write(text.encode() + b"\n")


def read_label_vocabulary(path: str) -> tuple[LabelCount, ...]:
    """Reads what `write_label_vocabulary` wrote."""
    with FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED) as file:
        return tuple(LabelCount(**fields) for fields in json.loads(file.read()))
