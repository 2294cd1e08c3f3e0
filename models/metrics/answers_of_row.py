"""What TFMA hands a metric of ours for one row: the true labels, and all that the model answers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from tensorflow_model_analysis.metrics import metric_types


def answers_of_row(
    element: metric_types.StandardMetricInputs, key: metric_types.MetricKey
) -> tuple[Any, Mapping[str, Any]]:
    """Returns the true labels, None where a row has none, and the answers by name.

    Args:
        element: A row's extracts.
        key: Names the model.
    """
    return element.get_labels(key.model_name), element.get_predictions(key.model_name)


def label_set(values: Any) -> frozenset[bytes]:
    """The labels in a row of strings, without those that only fill a tensor up."""
    names = [] if values is None else np.ravel(values).tolist()
    return frozenset(name if isinstance(name, bytes) else name.encode() for name in names) - {b""}
