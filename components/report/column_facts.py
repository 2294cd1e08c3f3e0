"""What the columns of each split hold, from TFDV's statistics."""

from collections import Counter
from collections.abc import Mapping, Sequence

from tensorflow_metadata.proto.v0 import statistics_pb2

from components.report.report import ColumnFacts, LabelRows, NumberHistogram

Statistics = Mapping[str, statistics_pb2.DatasetFeatureStatistics]
"""TFDV's statistics by split."""


def column_facts(statistics: Statistics) -> tuple[ColumnFacts, ...]:
    """One record for each column of each split."""
    return tuple(_column(split, feature) for split, found in statistics.items() for feature in found.features)


def label_rows(train: Mapping[str, int], statistics: Statistics, label: str | None) -> tuple[LabelRows, ...]:
    """How many rows have each label.

    Args:
        train: Rows of the train split by label, in the order of the model's classes.
        statistics: What knows the other splits.
        label: The feature whose values the labels are; None where they are none, so that only train is known.
    """
    counts: dict[str, Mapping[str, int]] = {"train": dict(train)}
    for split, found in statistics.items() if label else ():
        if split != "train":
            counts[split] = value_counts(found, str(label))
    return tuple(
        LabelRows(name, {split: known.get(name, 0) for split, known in counts.items() if known}) for name in train
    )


def number_histograms(statistics: Statistics, names: Sequence[str]) -> tuple[NumberHistogram, ...]:
    """How the numbers of columns are spread, by split.

    Args:
        statistics: TFDV's.
        names: The columns.
    """
    return tuple(
        _histogram(split, feature.num_stats)
        for split, found in statistics.items()
        for feature in found.features
        if _name(feature) in names and feature.HasField("num_stats")
    )


def _column(split: str, feature: statistics_pb2.FeatureNameStatistics) -> ColumnFacts:
    kind = feature.WhichOneof("stats")
    common = getattr(feature, kind).common_stats
    return ColumnFacts(
        split=split,
        column=_name(feature),
        rows=int(common.num_non_missing),
        missing=int(common.num_missing),
        distinct=int(feature.string_stats.unique) if kind == "string_stats" else None,
        mean=feature.num_stats.mean if kind == "num_stats" else None,
    )


def value_counts(found: statistics_pb2.DatasetFeatureStatistics, name: str) -> Counter[str]:
    """How many rows have each value of a column of strings; none where there is no such column.

    Args:
        found: TFDV's statistics of a split.
        name: The column.
    """
    for feature in found.features:
        if _name(feature) == name:
            buckets = feature.string_stats.rank_histogram.buckets
            return Counter({bucket.label: int(bucket.sample_count) for bucket in buckets})
    return Counter()


def _histogram(split: str, numbers: statistics_pb2.NumericStatistics) -> NumberHistogram:
    # The first is TFDV's histogram of buckets of equal width.
    buckets = numbers.histograms[0].buckets
    quantiles = {"lowest": numbers.min, "half": numbers.median, "highest": numbers.max, "mean": numbers.mean}
    edges = (*(bucket.low_value for bucket in buckets), *(bucket.high_value for bucket in buckets[-1:]))
    return NumberHistogram(split, tuple(edges), tuple(bucket.sample_count for bucket in buckets), quantiles)


def _name(feature: statistics_pb2.FeatureNameStatistics) -> str:
    return feature.name or ".".join(feature.path.step)
