"""TFMA metrics of served sets of labels, each row's against the true set."""

import dataclasses
import functools
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import apache_beam as beam
import numpy as np
from tensorflow_model_analysis.metrics import metric_types, metric_util
from typing_extensions import override

from models.metrics.answers_of_row import answers_of_row, label_set
from models.tasks.interface.evaluation import name_of_label


@dataclasses.dataclass
class LabelSetCounts:
    """How true and served sets of labels agree.

    Attributes:
        true: Rows that have a label, by label.
        served: Rows for which it is served.
        both: Rows of which both is so.
        num_rows: All rows.
        num_equal: Rows whose served set is exactly the true one.
    """

    true: Counter[bytes] = dataclasses.field(default_factory=Counter)
    served: Counter[bytes] = dataclasses.field(default_factory=Counter)
    both: Counter[bytes] = dataclasses.field(default_factory=Counter)
    num_rows: int = 0
    num_equal: int = 0

    def add(self, true: frozenset[bytes], served: frozenset[bytes]) -> None:
        """Counts one row."""
        self.true.update(true)
        self.served.update(served)
        self.both.update(true & served)
        self.num_rows += 1
        self.num_equal += true == served

    def merge(self, other: "LabelSetCounts") -> None:
        """Adds what another has counted."""
        self.true.update(other.true)
        self.served.update(other.served)
        self.both.update(other.both)
        self.num_rows += other.num_rows
        self.num_equal += other.num_equal


def micro_f1(counts: LabelSetCounts) -> float:
    """F1 = 2 TP / (2 TP + FP + FN) of all decisions together; 0 where there is no label at all."""
    in_common = counts.true.total() + counts.served.total()
    return 2 * counts.both.total() / in_common if in_common else 0.0


def macro_f1(counts: LabelSetCounts) -> float:
    """The mean over labels of F1; labels that occur as neither true nor served are left out.

    Returns:
        0 where there is no label at all.
    """
    labels = counts.true.keys() | counts.served.keys()
    scores = [f1_of_label(counts, label) for label in labels]
    return float(np.mean(scores)) if scores else 0.0


def f1_of_label(counts: LabelSetCounts, label: bytes) -> float:
    """F1 of one label, which occurs as true or served."""
    return 2 * counts.both[label] / (counts.true[label] + counts.served[label])


def exact_match(counts: LabelSetCounts) -> float:
    """The share of rows whose served labels are exactly the true ones, also called subset accuracy."""
    return counts.num_equal / counts.num_rows


class LabelSetMicroF1(metric_types.Metric):
    """`micro_f1` as a TFMA metric."""

    def __init__(self, name: str = "micro_f1") -> None:
        super().__init__(_derived(micro_f1), name=name)


class LabelSetMacroF1(metric_types.Metric):
    """`macro_f1` as a TFMA metric, and `f1_of_label` of each label that occurs as true or served."""

    def __init__(self, name: str = "macro_f1") -> None:
        super().__init__(_derived(macro_f1, f1_of_label), name=name)


class LabelSetExactMatch(metric_types.Metric):
    """`exact_match` as a TFMA metric."""

    def __init__(self, name: str = "exact_match") -> None:
        super().__init__(_derived(exact_match), name=name)


def _derived(
    metric: Callable[[LabelSetCounts], float], of_label: Callable[[LabelSetCounts, bytes], float] | None = None
) -> Callable[..., metric_types.MetricComputations]:
    def create_computations(name: str, model_name: str = "", output_name: str = "") -> metric_types.MetricComputations:
        make_key = functools.partial(metric_types.MetricKey, model_name=model_name, output_name=output_name)
        # One name for all such metrics: TFMA then counts once.
        counted, key = make_key("_label_sets"), make_key(name)

        def result(values: dict[metric_types.MetricKey, Any]) -> dict[metric_types.MetricKey, float]:
            counts = values[counted]
            found = {key: metric(counts)}
            if of_label:
                for label in counts.true.keys() | counts.served.keys():
                    found[make_key(name_of_label(name, label.decode()))] = of_label(counts, label)
            return found

        return [
            metric_types.MetricComputation(keys=[counted], preprocessors=None, combiner=_CountLabelSets(counted)),
            metric_types.DerivedMetricComputation(keys=[key], result=result),
        ]

    return metric_util.merge_per_key_computations(create_computations)


class _CountLabelSets(beam.CombineFn):
    def __init__(self, key: metric_types.MetricKey) -> None:
        self._key = key

    @override
    def create_accumulator(self) -> LabelSetCounts:
        return LabelSetCounts()

    @override
    def add_input(self, accumulator: LabelSetCounts, element: metric_types.StandardMetricInputs) -> LabelSetCounts:
        true, answers = answers_of_row(element, self._key)
        # Evaluator calls the labels of a row that has none `(missing)` where these are what it slices by.
        accumulator.add(label_set(true) & label_set(answers["classes"]), label_set(answers["labels"]))
        return accumulator

    @override
    def merge_accumulators(self, accumulators: Iterable[LabelSetCounts]) -> LabelSetCounts:
        merged = LabelSetCounts()
        for accumulator in accumulators:
            merged.merge(accumulator)
        return merged

    @override
    def extract_output(self, accumulator: LabelSetCounts) -> dict[metric_types.MetricKey, LabelSetCounts]:
        return {self._key: accumulator}


for _metric in (LabelSetMicroF1, LabelSetMacroF1, LabelSetExactMatch):
    metric_types.register_metric(_metric)
