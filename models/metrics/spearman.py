"""Spearman's rank correlation between true and predicted numbers."""

from tensorflow_model_analysis.metrics import metric_types

from models.metrics.correlation import spearman
from models.metrics.number_pairs import derived_from_number_pairs


class Spearman(metric_types.Metric):
    """`spearman` as a TFMA metric."""

    def __init__(self, name: str = "spearman") -> None:
        super().__init__(derived_from_number_pairs(spearman), name=name)


metric_types.register_metric(Spearman)
