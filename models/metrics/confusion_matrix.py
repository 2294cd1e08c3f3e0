"""The confusion matrix of a classifier, from which TFMA metrics of ours are derived."""

from collections.abc import Callable
from typing import Any

import numpy as np
from tensorflow_model_analysis.metrics import metric_types, metric_util
from tensorflow_model_analysis.metrics.multi_class_confusion_matrix_metrics import (
    Matrices,
    multi_class_confusion_matrices,
)
from tensorflow_model_analysis.proto import config_pb2

# Below every score, so that each row has a predicted class.
_THRESHOLD = -1.0


def derived_from_confusion_matrix(
    metric: Callable[[np.ndarray], float],
) -> Callable[..., metric_types.MetricComputations]:
    """Makes what `tfma.metrics.Metric` wants of a function of the confusion matrix.

    Args:
        metric: Takes float64 [classes, classes], the numbers of rows by true and predicted class.
    """

    def create_computations(
        name: str,
        eval_config: config_pb2.EvalConfig | None = None,
        model_name: str = "",
        output_name: str = "",
        example_weighted: bool = False,
    ) -> metric_types.MetricComputations:
        computations = multi_class_confusion_matrices(
            thresholds=[_THRESHOLD],
            # One name for all such metrics: TFMA then counts once.
            name="_confusion_matrix",
            eval_config=eval_config,
            model_name=model_name,
            output_name=output_name,
            example_weighted=example_weighted,
        )
        counted = computations[-1].keys[-1]
        key = metric_types.MetricKey(
            name=name, model_name=model_name, output_name=output_name, example_weighted=example_weighted
        )

        def result(values: dict[metric_types.MetricKey, Any]) -> dict[metric_types.MetricKey, float]:
            return {key: metric(_as_array(values[counted]))}

        return [*computations, metric_types.DerivedMetricComputation(keys=[key], result=result)]

    return metric_util.merge_per_key_computations(create_computations)


def _as_array(matrices: Matrices) -> np.ndarray:
    counts = matrices[_THRESHOLD]
    classes = sorted({class_id for pair in counts for class_id in pair})
    index = {class_id: position for position, class_id in enumerate(classes)}
    array = np.zeros((len(classes), len(classes)))
    for (actual, predicted), count in counts.items():
        array[index[actual], index[predicted]] = count
    return array
