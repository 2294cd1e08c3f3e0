"""Checks that the examples hold what is evaluated, before any model is loaded."""

from collections.abc import Iterable, Sequence

import tensorflow as tf

from models.user_error import UserError


def require_columns(file_patterns: Sequence[str], split: str, columns: Iterable[str]) -> None:
    """Reads examples until every column was seen once: as a rule the first one.

    Args:
        file_patterns: TFRecords of tf.Example, gzip where the name ends in `.gz`.
        split: Their split, for the message.
        columns: What at least one row has to have.

    Raises:
        UserError: There are no rows, or no row has some column.
    """
    missing, seen = set(columns), set[str]()
    num_rows = 0
    for serialized in _records(file_patterns):
        features = tf.train.Example.FromString(serialized).features.feature
        num_rows += 1
        seen.update(features)
        missing -= {name for name, feature in features.items() if feature.WhichOneof("kind")}
        if not missing:
            return
    if not num_rows:
        raise UserError(f"evaluation.split: the split {split!r} has no rows, so no model can be judged on it.")
    raise UserError(
        f"evaluation.slices: no row of the split {split!r} has {', '.join(sorted(missing))}. The examples hold "
        f"{', '.join(sorted(seen))}; list a further column of the data under data.extra_columns."
    )


def _records(file_patterns: Sequence[str]) -> Iterable[bytes]:
    for path in (path for pattern in file_patterns for path in sorted(tf.io.gfile.glob(pattern))):
        compression = "GZIP" if path.endswith(".gz") else ""
        yield from tf.data.TFRecordDataset(path, compression_type=compression).as_numpy_iterator()
