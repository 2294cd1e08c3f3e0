"""Asks TFDV's comparators how far two sets of statistics are from each other."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from tensorflow_data_validation.api.validation_api import validate_statistics
from tensorflow_data_validation.statistics.stats_impl import generate_statistics_in_memory
from tensorflow_data_validation.statistics.stats_options import StatsOptions
from tensorflow_metadata.proto.v0 import schema_pb2, statistics_pb2

from pipeline.monitoring.checks import Check
from pipeline.monitoring.distances import TFDV_MEASURES

# TFDV counts these values by name, and no others.
_MAX_NAMES = 10_000
# A comparator without a threshold does not measure; whether there is drift is decided elsewhere.
_ANY_THRESHOLD = 1.0


def tfdv_distances(checks: list[Check]) -> dict[str, float]:
    """Measures checks by TFDV's drift comparators, where it has one, from TFDV's statistics of both sides.

    Args:
        checks: The checks.

    Returns:
        The distance by the check's name.
    """
    counted = [check for check in checks if check.measure in TFDV_MEASURES]
    if not counted:
        return {}
    schema = _schema(counted)
    reference = _statistics({check.name: (check.names, check.reference) for check in counted}, schema)
    served = _statistics({check.name: (check.names, check.served) for check in counted}, schema)
    found = validate_statistics(served, schema, previous_statistics=reference)
    return {info.path.step[0]: info.drift_measurements[0].value for info in found.drift_skew_info}


def _schema(checks: list[Check]) -> schema_pb2.Schema:
    schema = schema_pb2.Schema()
    for check in checks:
        comparator = schema.feature.add(name=check.name, type=schema_pb2.BYTES).drift_comparator
        getattr(comparator, check.measure).threshold = _ANY_THRESHOLD
    return schema


def _statistics(
    columns: Mapping[str, tuple[tuple[str, ...], np.ndarray]], schema: schema_pb2.Schema
) -> statistics_pb2.DatasetFeatureStatisticsList:
    # Checks may have different numbers of rows, those of a table may not; rows without values count for nothing.
    num_rows = max(len(matrix) for _, matrix in columns.values())
    arrays = [pa.array(_values(names, matrix, num_rows), pa.list_(pa.binary())) for names, matrix in columns.values()]
    options = StatsOptions(schema=schema, num_top_values=_MAX_NAMES, num_rank_histogram_buckets=_MAX_NAMES)
    return generate_statistics_in_memory(pa.RecordBatch.from_arrays(arrays, list(columns)), options)


def _values(names: tuple[str, ...], matrix: np.ndarray, num_rows: int) -> list[list[bytes] | None]:
    encoded = [name.encode() for name in names]
    values: list[list[bytes] | None] = [[encoded[place] for place in np.flatnonzero(row)] for row in matrix]
    return values + [None] * (num_rows - len(values))
