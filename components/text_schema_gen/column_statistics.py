"""What the statistics of all splits say about one column."""

import dataclasses
from collections.abc import Sequence

from tensorflow_data_validation import constants
from tensorflow_metadata.proto.v0 import statistics_pb2

_PLACEHOLDERS = (constants.NON_UTF8_PLACEHOLDER, constants.LARGE_BYTES_PLACEHOLDER)


@dataclasses.dataclass(frozen=True)
class ColumnStatistics:
    """One column over all splits.

    Attributes:
        in_every_row: Whether each row of each split has it.
        in_every_split: Whether each split has it in some row.
        num_values: Values in all splits together.
        values: The different strings, sorted by code points; None where they are not strings, not UTF-8, or more than
            the statistics name.
    """

    in_every_row: bool
    in_every_split: bool
    num_values: int
    values: tuple[str, ...] | None


def column_statistics(name: str, splits: Sequence[statistics_pb2.DatasetFeatureStatisticsList]) -> ColumnStatistics:
    """Collects one column's statistics.

    Args:
        name: The column.
        splits: TFDV's statistics of each split.
    """
    found = [feature for split in splits for feature in split.datasets[0].features if list(feature.path.step) == [name]]
    common = [_common(feature) for feature in found]
    num_rows = sum(split.datasets[0].num_examples for split in splits)
    values: set[str] | None = set()
    for feature in found:
        listed = _values(feature)
        values = None if values is None or listed is None else values | listed
    return ColumnStatistics(
        in_every_row=sum(statistics.num_non_missing for statistics in common) == num_rows,
        in_every_split=len([statistics for statistics in common if statistics.num_non_missing]) == len(splits),
        num_values=sum(statistics.tot_num_values for statistics in common),
        values=None if values is None else tuple(sorted(values)),
    )


def _common(feature: statistics_pb2.FeatureNameStatistics) -> statistics_pb2.CommonStatistics:
    return getattr(feature, feature.WhichOneof("stats")).common_stats


def _values(feature: statistics_pb2.FeatureNameStatistics) -> set[str] | None:
    strings = feature.string_stats
    buckets = strings.rank_histogram.buckets
    # TFDV names the most frequent values only.
    is_complete = feature.HasField("string_stats") and len(buckets) == strings.unique
    has_placeholder = strings.invalid_utf8_count > 0 or any(bucket.label in _PLACEHOLDERS for bucket in buckets)
    return {bucket.label for bucket in buckets} if is_complete and not has_placeholder else None
