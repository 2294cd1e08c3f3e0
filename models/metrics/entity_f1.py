"""Precision, recall and F1 of named entities, and their number, by the rules of CoNLL's evaluation script.

An entity is right where its place and its type are. All entities of all rows count the same; each metric has a value
for every type besides, under the name that `name_of_label` gives.
"""

from tensorflow_model_analysis.metrics import metric_types

from models.metrics.entity_counts import EntityCounts, derived_from_entity_counts


def precision(counts: EntityCounts) -> float:
    """Which part of the predicted entities is correct; 0 where none is predicted."""
    return counts.correct / counts.predicted if counts.predicted else 0.0


def recall(counts: EntityCounts) -> float:
    """Which part of the true entities is found; 0 where there is none."""
    return counts.correct / counts.true if counts.true else 0.0


def f1(counts: EntityCounts) -> float:
    """The harmonic mean of precision and recall; 0 where there are no entities at all."""
    counted = counts.predicted + counts.true
    return 2 * counts.correct / counted if counted else 0.0


def num_entities(counts: EntityCounts) -> float:
    """The number of true entities."""
    return float(counts.true)


class EntityPrecision(metric_types.Metric):
    """`precision` as a TFMA metric."""

    def __init__(self, name: str = "precision") -> None:
        super().__init__(derived_from_entity_counts(precision), name=name)


class EntityRecall(metric_types.Metric):
    """`recall` as a TFMA metric."""

    def __init__(self, name: str = "recall") -> None:
        super().__init__(derived_from_entity_counts(recall), name=name)


class EntityF1(metric_types.Metric):
    """`f1` as a TFMA metric."""

    def __init__(self, name: str = "f1") -> None:
        super().__init__(derived_from_entity_counts(f1), name=name)


class NumEntities(metric_types.Metric):
    """`num_entities` as a TFMA metric."""

    def __init__(self, name: str = "num_entities") -> None:
        super().__init__(derived_from_entity_counts(num_entities), name=name)


for _metric in (EntityPrecision, EntityRecall, EntityF1, NumEntities):
    metric_types.register_metric(_metric)
