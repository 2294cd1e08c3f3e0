"""How many word pieces the texts of each split have, from Transform's examples."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import tensorflow as tf

from components.report.report import LengthFacts, NumberHistogram

_BATCH_SIZE = 1024
_NUM_BUCKETS = 30
# How Transform calls the values of a ragged tensor of one ragged dimension.
_RAGGED = "$ragged_values"
_QUANTILES = {"half": 0.5, "90 %": 0.9, "99 %": 0.99, "longest": 1.0}


def text_lengths(files: Mapping[str, Sequence[str]], limit: int | None) -> tuple[LengthFacts, ...]:
    """Counts the word pieces of every example.

    Args:
        files: Transform's TFRecord files (gzip) by split.
        limit: The length at which rows are cut; None where they are not.
    """
    features = _piece_features(path for paths in files.values() for path in paths)
    counted = {split: _count(paths, features) for split, paths in files.items()}
    return tuple(
        LengthFacts(
            feature=feature,
            splits=tuple(length_histogram(split, lengths[feature]) for split, lengths in counted.items()),
            limit=limit,
            at_limit={split: lengths[feature][limit] for split, lengths in counted.items()} if limit else {},
        )
        for feature in features
    )


def length_histogram(split: str, lengths: Counter[int]) -> NumberHistogram:
    """Puts lengths into buckets of equal width, whole numbers each.

    Args:
        split: Whose they are.
        lengths: Rows by length.
    """
    longest = max(lengths, default=0)
    width = longest // _NUM_BUCKETS + 1
    counts = [0] * (longest // width + 1)
    for length, rows in lengths.items():
        counts[length // width] += rows
    edges = tuple(float(number * width) for number in range(len(counts) + 1))
    return NumberHistogram(split, edges, tuple(map(float, counts)), _quantiles(lengths))


def _quantiles(lengths: Counter[int]) -> dict[str, float]:
    """The shortest lengths that so many of the rows do not exceed."""
    quantiles = {}
    for name, share in _QUANTILES.items():
        seen = 0
        for length in sorted(lengths):
            seen += lengths[length]
            if seen >= share * lengths.total():
                quantiles[name] = float(length)
                break
    return quantiles


def _piece_features(paths: Iterable[str]) -> list[str]:
    """The features that hold the ids of word pieces, by the names that tasks give them: `token_ids`, `question_ids`."""
    for path in paths:
        for serialized in _records([path]).take(1).as_numpy_iterator():
            ragged = [
                name.removesuffix(_RAGGED)
                for name in tf.train.Example.FromString(serialized).features.feature
                if name.endswith(_RAGGED)
            ]
            ids = [name for name in ragged if name.endswith("_ids") and name != "segment_ids"]
            return sorted(ids, key=lambda name: (name != "token_ids", name))
    return []


def _count(paths: Sequence[str], features: Sequence[str]) -> dict[str, Counter[int]]:
    lengths = {name: Counter[int]() for name in features}
    spec = {name: tf.io.RaggedFeature(tf.int64, value_key=f"{name}{_RAGGED}") for name in features}
    for batch in _records(paths).batch(_BATCH_SIZE) if spec else ():
        for name, pieces in tf.io.parse_example(batch, spec).items():
            lengths[name].update(pieces.row_lengths().numpy().tolist())
    return lengths


def _records(paths: Sequence[str]) -> tf.data.Dataset:
    return tf.data.TFRecordDataset(list(paths), compression_type="GZIP")
