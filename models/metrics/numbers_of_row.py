"""The true and the predicted number of a row, as TFMA hands them to metrics of ours."""

import math

import numpy as np
from tensorflow_model_analysis.metrics import metric_types, metric_util
from tensorflow_model_analysis.proto import config_pb2


def numbers_of_row(
    element: metric_types.StandardMetricInputs, key: metric_types.MetricKey, eval_config: config_pb2.EvalConfig | None
) -> tuple[float, float]:
    """The true and the predicted number of a row; NaN for one that it does not have.

    Args:
        element: The row.
        key: Names the model.
        eval_config: Names label and prediction.
    """
    label, prediction, _ = next(
        metric_util.to_label_prediction_example_weight(
            element,
            eval_config=eval_config,
            model_name=key.model_name,
            output_name=key.output_name,
            allow_none=True,
            flatten=False,
        )
    )
    return _number(label), _number(prediction)


def _number(values: np.ndarray) -> float:
    if not np.size(values):
        return math.nan
    try:
        return float(np.ravel(values)[0])
    except ValueError:
        # What Evaluator calls a missing label where it slices by the label's column.
        return math.nan
