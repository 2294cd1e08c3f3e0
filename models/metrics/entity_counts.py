"""Counts of right and wrong entities, by type, from which TFMA metrics of ours are derived."""

import functools
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

import apache_beam as beam
from tensorflow_model_analysis.metrics import metric_types, metric_util
from tensorflow_model_analysis.proto import config_pb2
from typing_extensions import override

from models.named_entities.entities import Entity
from models.named_entities.entity_strings import parse_entity
from models.tasks.interface.evaluation import name_of_label


class EntityCounts(NamedTuple):
    """How many entities there are, of one type or of all.

    Attributes:
        true: In the labels.
        predicted: In the answers.
        correct: In both, with equal places and types.
    """

    true: int
    predicted: int
    correct: int


_Counts: TypeAlias = tuple[Counter[str], Counter[str], Counter[str]]
"""Entities by type: true, predicted and correct ones."""


def derived_from_entity_counts(
    metric: Callable[[EntityCounts], float],
) -> Callable[..., metric_types.MetricComputations]:
    """Makes what `tfma.metrics.Metric` wants: a value for all entities, and one for each type under a name of its own.

    Args:
        metric: Computes it from the counts.
    """

    def create_computations(
        name: str, eval_config: config_pb2.EvalConfig | None = None, model_name: str = "", output_name: str = ""
    ) -> metric_types.MetricComputations:
        make_key = functools.partial(metric_types.MetricKey, model_name=model_name, output_name=output_name)
        # One name for all such metrics: TFMA then counts once.
        counted = make_key("_entity_counts")
        key = make_key(name)

        def result(values: dict[metric_types.MetricKey, Any]) -> dict[metric_types.MetricKey, float]:
            true, predicted, correct = values[counted]
            of_types = {
                make_key(name_of_label(name, kind)): metric(EntityCounts(true[kind], predicted[kind], correct[kind]))
                for kind in true | predicted
            }
            return {key: metric(EntityCounts(true.total(), predicted.total(), correct.total())), **of_types}

        return [
            metric_types.MetricComputation([counted], None, _EntityCombiner(counted)),
            metric_types.DerivedMetricComputation(keys=[key], result=result),
        ]

    return metric_util.merge_per_key_computations(create_computations)


def entities_of_answers(answers: Mapping[str, Any]) -> list[Entity]:
    """The entities in one row of the answers that the task serves, without the padding."""
    number = answers["num_entities"].item()
    columns = (answers[name][:number] for name in ("starts", "ends", "types"))
    return [Entity(int(start), int(end), kind.decode()) for start, end, kind in zip(*columns, strict=True)]


class _EntityCombiner(beam.CombineFn):
    """Compares entities row by row."""

    def __init__(self, key: metric_types.MetricKey) -> None:
        super().__init__()
        self._key = key

    @override
    def create_accumulator(self) -> _Counts:
        return Counter(), Counter(), Counter()

    @override
    def add_input(self, counts: _Counts, element: metric_types.StandardMetricInputs) -> _Counts:
        model = self._key.model_name
        labels = element.get_labels(model)
        # No batch without any entity has the column.
        true = {parse_entity(string) for string in ([] if labels is None else labels)}
        predicted = set(entities_of_answers(element.get_predictions(model)))
        for counter, entities in zip(counts, (true, predicted, true & predicted), strict=True):
            counter.update(_types(entities))
        return counts

    @override
    def merge_accumulators(self, accumulators: Iterable[_Counts]) -> _Counts:
        merged = self.create_accumulator()
        for counts in accumulators:
            for counter, other in zip(merged, counts, strict=True):
                counter.update(other)
        return merged

    @override
    def extract_output(self, counts: _Counts) -> dict[metric_types.MetricKey, _Counts]:
        return {self._key: counts}


def _types(entities: Collection[Entity]) -> list[str]:
    return [entity.type for entity in entities]
