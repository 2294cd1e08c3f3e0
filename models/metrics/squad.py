"""SQuAD's exact match and F1 as TFMA metrics."""

from collections.abc import Iterable
from typing import Any, Literal

import apache_beam as beam
import numpy as np
import numpy.typing as npt
from tensorflow_model_analysis.metrics import metric_types, metric_util
from typing_extensions import override

from models.question_answering.answer import Answer
from models.question_answering.squad_rules import Score, score

Questions = Literal["all", "with_answer", "without_answer"]

_Sums = npt.NDArray[np.float64]
"""For questions without and with an answer [2]: their number, and the sums of their scores [1 + scores]."""


class SquadScore(metric_types.Metric):
    """The mean of a score over questions, from labels as `Answer.to_bytes` writes them and answers as strings."""

    def __init__(self, rule: str, questions: Questions = "all", name: str = "squad_score") -> None:
        """Says what is counted.

        Args:
            rule: Which field of `Score`.
            questions: Which questions.
            name: The metric's name.
        """
        create = metric_util.merge_per_key_computations(_create_computations)
        super().__init__(create, name=name, rule=rule, questions=questions)


def _create_computations(
    name: str, rule: str, questions: Questions, model_name: str = "", output_name: str = ""
) -> metric_types.MetricComputations:
    # One name for all such metrics: TFMA then counts once.
    summed = metric_types.MetricKey(name="_squad_scores", model_name=model_name, output_name=output_name)
    key = metric_types.MetricKey(name=name, model_name=model_name, output_name=output_name)

    def result(values: dict[metric_types.MetricKey, Any]) -> dict[metric_types.MetricKey, float]:
        return {key: _mean(values[summed], rule, questions)}

    return [
        metric_types.MetricComputation(keys=[summed], preprocessors=None, combiner=_SumScores(summed)),
        metric_types.DerivedMetricComputation(keys=[key], result=result),
    ]


def _mean(sums: _Sums, rule: str, questions: Questions) -> float:
    """NaN where there are no such questions."""
    rows = {"all": [0, 1], "with_answer": [1], "without_answer": [0]}[questions]
    number, *scores = sums[rows].sum(axis=0)
    return float(scores[Score._fields.index(rule)] / number) if number else float("nan")


class _SumScores(beam.CombineFn):
    """Scores answers row by row."""

    def __init__(self, key: metric_types.MetricKey) -> None:
        super().__init__()
        self._key = key

    @override
    def create_accumulator(self) -> _Sums:
        return np.zeros([2, 1 + len(Score._fields)])

    @override
    def add_input(self, sums: _Sums, element: metric_types.StandardMetricInputs) -> _Sums:
        labels = element.get_labels(self._key.model_name)
        # A batch of questions that have no answers lacks the column.
        truths = [Answer.from_bytes(label).text for label in ([] if labels is None else labels)]
        answer = np.ravel(element.get_predictions(self._key.model_name)["answer"])[0]
        sums[int(bool(truths))] += (1, *score(answer.decode(errors="replace"), truths))
        return sums

    @override
    def merge_accumulators(self, accumulators: Iterable[_Sums]) -> _Sums:
        return sum(accumulators, start=self.create_accumulator())

    @override
    def extract_output(self, sums: _Sums) -> dict[metric_types.MetricKey, _Sums]:
        return {self._key: sums}


metric_types.register_metric(SquadScore)
