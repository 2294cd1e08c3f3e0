"""How well texts find their pairs, by their embeddings: accuracy at 1 and mean reciprocal rank."""

from collections.abc import Callable, Iterable
from typing import Any

import apache_beam as beam
import numpy as np
from tensorflow_model_analysis.metrics import metric_types, metric_util
from tensorflow_model_analysis.proto import config_pb2
from typing_extensions import override

from models.metrics.answers_of_row import answers_of_row
from models.metrics.numbers_of_row import numbers_of_row
from models.metrics.pair_sample import PairSample, belongs_together, embedded_pair
from models.metrics.rank_means import accuracy_at_1, mean_reciprocal_rank


def _derived_from_ranks(metric: Callable[[np.ndarray], float]) -> Callable[..., metric_types.MetricComputations]:
    def create_computations(
        name: str,
        positive_score: float | None = None,
        eval_config: config_pb2.EvalConfig | None = None,
        model_name: str = "",
        output_name: str = "",
    ) -> metric_types.MetricComputations:
        # One name for both metrics: TFMA then collects once.
        ranks = metric_types.MetricKey(name="_pair_ranks", model_name=model_name, output_name=output_name)
        key = metric_types.MetricKey(name=name, model_name=model_name, output_name=output_name)

        def result(values: dict[metric_types.MetricKey, Any]) -> dict[metric_types.MetricKey, float]:
            return {key: metric(values[ranks])}

        return [
            metric_types.MetricComputation(
                keys=[ranks], preprocessors=None, combiner=_SamplePairs(ranks, eval_config, positive_score)
            ),
            metric_types.DerivedMetricComputation(keys=[key], result=result),
        ]

    return metric_util.merge_per_key_computations(create_computations)


class AccuracyAt1(metric_types.Metric):
    """The share of texts whose own pair is the nearest of all, in a sample of at most `MAX_PAIRS` pairs."""

    def __init__(self, name: str = "accuracy_at_1", positive_score: float | None = None) -> None:
        """Sets which pairs belong together.

        Args:
            name: The metric's name.
            positive_score: The label from which on they do; pairs without a label always do.
        """
        super().__init__(_derived_from_ranks(accuracy_at_1), name=name, positive_score=positive_score)


class MeanReciprocalRank(metric_types.Metric):
    """The mean over texts of 1 / the place of their own pair among all, in a sample of at most `MAX_PAIRS` pairs."""

    def __init__(self, name: str = "mrr", positive_score: float | None = None) -> None:
        """Sets which pairs belong together.

        Args:
            name: The metric's name.
            positive_score: As `AccuracyAt1` takes it.
        """
        super().__init__(_derived_from_ranks(mean_reciprocal_rank), name=name, positive_score=positive_score)


metric_types.register_metric(AccuracyAt1)
metric_types.register_metric(MeanReciprocalRank)


class _SamplePairs(beam.CombineFn):
    """Draws a sample of the pairs and ranks them."""

    def __init__(
        self, key: metric_types.MetricKey, eval_config: config_pb2.EvalConfig | None, positive_score: float | None
    ) -> None:
        self._key, self._eval_config, self._positive_score = key, eval_config, positive_score

    @override
    def create_accumulator(self) -> PairSample:
        return PairSample()

    @override
    def add_input(self, accumulator: PairSample, element: metric_types.StandardMetricInputs) -> PairSample:
        score, _ = numbers_of_row(element, self._key, self._eval_config)
        _, answers = answers_of_row(element, self._key)
        accumulator.add(embedded_pair(answers, belongs_together(score, self._positive_score)))
        return accumulator

    @override
    def merge_accumulators(self, accumulators: Iterable[PairSample]) -> PairSample:
        merged = PairSample()
        for accumulator in accumulators:
            merged.update(accumulator)
        return merged

    @override
    def extract_output(self, accumulator: PairSample) -> dict[metric_types.MetricKey, np.ndarray]:
        return {self._key: accumulator.ranks()}
