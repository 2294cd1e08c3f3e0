"""Pearson's correlation between true and predicted numbers."""

from tensorflow_model_analysis.metrics import metric_types

from models.metrics.correlation import pearson
from models.metrics.number_pairs import derived_from_number_pairs


class Pearson(metric_types.Metric):
    """`pearson` as a TFMA metric."""

    def __init__(self, name: str = "pearson") -> None:
        super().__init__(derived_from_number_pairs(pearson), name=name)


metric_types.register_metric(Pearson)
