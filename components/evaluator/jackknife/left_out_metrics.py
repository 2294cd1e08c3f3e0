"""A TFMA metric around others: their values, and their values with a group of rows left out."""

import functools
import numbers
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import apache_beam as beam
from google.protobuf import json_format
from tensorflow_model_analysis import constants
from tensorflow_model_analysis.metrics import metric_specs, metric_types
from tensorflow_model_analysis.proto import config_pb2
from typing_extensions import override

from components.evaluator.jackknife.interval import LeftOut
from components.evaluator.jackknife.row_group import ROW_GROUP

LEFT_OUT = "left_out."
"""Before a metric's name: the array of its values without each group, and of the groups' sizes."""

# TFMA keeps what begins so from its results.
_PRIVATE = "_" + LEFT_OUT

Values = dict[metric_types.MetricKey, Any]


class LeftOutMetrics(metric_types.Metric):
    """Metrics, and beside each what it would be without every one of the groups of rows, where that can be computed.

    TFMA's own intervals repeat its whole Beam graph for each of 20 samples, draw these at random, and have none for a
    slice that some sample misses. Here each row goes into the accumulator of its group, and the accumulators are
    merged in all the ways that leave one out, so that rows are added up once.
    """

    def __init__(self, metrics: list[str], name: str = "left_out_metrics") -> None:
        """Wraps metrics.

        Args:
            metrics: Each a `MetricConfig` as JSON.
            name: TFMA wants one; the results have the names of the metrics.
        """
        super().__init__(list, name=name, metrics=metrics)

    @override
    def computations(
        self,
        eval_config: config_pb2.EvalConfig | None = None,
        schema: Any = None,
        model_names: list[str] | None = None,
        output_names: list[str] | None = None,
        **others: Any,
    ) -> metric_types.MetricComputations:
        configs = [json_format.Parse(text, config_pb2.MetricConfig()) for text in self.kwargs["metrics"]]

        def computed(chosen: list[config_pb2.MetricConfig]) -> metric_types.MetricComputations:
            spec = config_pb2.MetricsSpec(metrics=chosen, model_names=model_names, output_names=output_names)
            return metric_specs.to_computations([spec], eval_config=eval_config, schema=schema) if chosen else []

        # Metrics share computations, so that those with an interval are computed together.
        with_interval = [config for config in configs if all(map(_can_leave_out, computed([config])))]
        without = [config for config in configs if config not in with_interval]
        shown = metric_types.DerivedMetricComputation(keys=[metric_types.MetricKey(LEFT_OUT)], result=_Shown())
        return [*map(_with_left_out, computed(with_interval)), *computed(without), shown]


metric_types.register_metric(LeftOutMetrics)


def _with_left_out(computation: Any) -> Any:
    if isinstance(computation, metric_types.MetricComputation):
        keys = [key._replace(name=f"{_PRIVATE}{key.name}") for key in computation.keys]
        keys.append(metric_types.MetricKey(f"{_PRIVATE}{type(computation.combiner).__name__}"))
        combiner = _GroupedCombineFn(computation.combiner)
        return metric_types.MetricComputation(keys, [_with_row_group(computation.preprocessors)], combiner)
    return computation._replace(result=functools.partial(_derived, computation.result))


def _can_leave_out(computation: Any) -> bool:
    """Whether rows can be counted by group: not where a metric prepares its rows itself, or compares models."""
    if type(computation) is metric_types.DerivedMetricComputation:
        return True
    if type(computation) is not metric_types.MetricComputation:
        return False
    preprocessors = computation.preprocessors or []
    return len(preprocessors) < 2 and all(
        type(each) is metric_types.StandardMetricInputsPreprocessor for each in preprocessors
    )


def _with_row_group(preprocessors: list[Any]) -> metric_types.StandardMetricInputsPreprocessor:
    if not preprocessors:
        return metric_types.FeaturePreprocessor([ROW_GROUP])
    wanted = preprocessors[0].include_filter
    features = {**wanted.get(constants.FEATURES_KEY, {}), ROW_GROUP: {}}
    return metric_types.StandardMetricInputsPreprocessor(
        {**wanted, constants.FEATURES_KEY: features}, include_default_inputs=False
    )


def _derived(result: Callable[[Values], Values], values: Values) -> Values:
    found = result(values)
    left_out = {key: value for key, value in values.items() if isinstance(value, LeftOut)}
    if not left_out:
        return found
    sizes = next(iter(left_out.values())).sizes
    samples = []
    for index in range(len(sizes)):
        sample = {_public(key): value.values[index] for key, value in left_out.items()}
        samples.append(result({**values, **sample}))
    return {**found, **_left_out(found, sizes, samples)}


class _Shown:
    """Makes what was left out a result that TFMA stores, for metrics that are results themselves."""

    def __call__(self, values: Values) -> Values:
        return {
            key._replace(name=key.name.removeprefix("_")): value.to_array()
            for key, value in values.items()
            if isinstance(value, LeftOut) and _is_number(values, _public(key))
        }


def _is_number(values: Values, key: metric_types.MetricKey) -> bool:
    return not key.name.startswith("_") and isinstance(values.get(key), numbers.Number)


def _public(key: metric_types.MetricKey) -> metric_types.MetricKey:
    return key._replace(name=key.name.removeprefix(_PRIVATE))


def _left_out(found: Values, sizes: tuple[int, ...], samples: list[Values]) -> Values:
    return {
        key._replace(name=f"{_PRIVATE}{key.name}"): LeftOut(sizes, tuple(sample.get(key) for sample in samples))
        for key in found
    }


Groups = dict[int, tuple[int, Any]]


class _GroupedCombineFn(beam.CombineFn):
    """Accumulates each group of rows by itself: its number of rows, and another's accumulator."""

    def __init__(self, combiner: beam.CombineFn) -> None:
        self._combiner = combiner

    @override
    def setup(self, *args: Any, **kwargs: Any) -> None:
        self._combiner.setup(*args, **kwargs)

    @override
    def teardown(self, *args: Any, **kwargs: Any) -> None:
        self._combiner.teardown(*args, **kwargs)

    @override
    def create_accumulator(self) -> Groups:
        return {}

    @override
    def add_input(self, accumulator: Groups, element: metric_types.StandardMetricInputs) -> Groups:
        group = int(element.features[ROW_GROUP][0])
        size, inner = accumulator.get(group) or (0, self._combiner.create_accumulator())
        accumulator[group] = size + 1, self._combiner.add_input(inner, element)
        return accumulator

    @override
    def merge_accumulators(self, accumulators: Iterable[Groups]) -> Groups:
        parts: dict[int, list[tuple[int, Any]]] = {}
        for accumulator in accumulators:
            for group, part in accumulator.items():
                parts.setdefault(group, []).append(part)
        return {
            group: (sum(size for size, _ in found), self._combiner.merge_accumulators([inner for _, inner in found]))
            for group, found in parts.items()
        }

    @override
    def compact(self, accumulator: Groups) -> Groups:
        return {group: (size, self._combiner.compact(inner)) for group, (size, inner) in accumulator.items()}

    @override
    def extract_output(self, accumulator: Groups) -> Values:
        found = self._output(accumulator)
        # Without its only group a slice has no rows, and metrics need some.
        if len(accumulator) < 2:
            return found
        groups = sorted(accumulator)
        samples = [self._output(accumulator, without=group) for group in groups]
        return {**found, **_left_out(found, tuple(accumulator[group][0] for group in groups), samples)}

    def _output(self, accumulator: Mapping[int, tuple[int, Any]], without: int | None = None) -> Values:
        # A fresh accumulator first: merging may change that, and no other.
        parts = [self._combiner.create_accumulator()]
        parts += [inner for group, (_, inner) in sorted(accumulator.items()) if group != without]
        output: Values = self._combiner.extract_output(self._combiner.merge_accumulators(parts))
        return output
