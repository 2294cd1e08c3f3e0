"""The schema that a task's examples must fit: inferred from statistics, or an earlier one brought up to date."""

from collections.abc import Sequence

import tensorflow_data_validation as tfdv
from tensorflow_metadata.proto.v0 import schema_pb2, statistics_pb2

from components.text_schema_gen.column_roles import SERVING, TRAINING, ColumnRoles
from components.text_schema_gen.column_statistics import ColumnStatistics, column_statistics

MAX_LABELS = 1000
"""Values of a label that a schema can list: TFDV's statistics name the 1,000 most frequent ones."""

_MAX_CATEGORIES = 100
_LISTS = ("domain", "string_domain", "bool_domain")


def build_schema(
    statistics: Sequence[statistics_pb2.DatasetFeatureStatisticsList],
    roles: ColumnRoles,
    existing: schema_pb2.Schema | None = None,
) -> schema_pb2.Schema:
    """Infers a schema by TFDV, and corrects what TFDV cannot know.

    A label lists its values, however many (up to `MAX_LABELS`); a text never does, however few; an extra column does
    where its values repeat. What a split lacks may be missing everywhere, where TFDV would call it deprecated, which
    hides it from Transform. Labels are not expected in the environment `SERVING`.

    Args:
        statistics: One entry for each split that has rows, the train split first.
        roles: The task's columns.
        existing: A schema to bring up to date; decisions in it stay where the data do not contradict them.

    Returns:
        A schema that every split fits, and that Transform accepts.
    """
    curated = {feature.name: feature for feature in existing.feature} if existing else {}
    schema = schema_pb2.Schema()
    if existing:
        schema.CopyFrom(existing)
    for split in statistics:
        schema = tfdv.update_schema(schema, split, max_string_domain_size=MAX_LABELS)
    # Statistics list columns as Beam's workers gathered them, each time in another order.
    order = {name: number for number, name in enumerate(curated)}
    schema.feature.sort(key=lambda feature: (order.get(feature.name, len(order)), feature.name))
    for feature in schema.feature:
        column = column_statistics(feature.name, statistics)
        if feature.name in curated:
            _keep_decisions(feature, curated[feature.name])
        else:
            _set_presence(feature, column)
            _list_values(schema, feature, _listed_values(feature.name, column, roles))
        if feature.name in roles.text:
            _list_values(schema, feature, None)
        if feature.name in roles.strings:
            _allow_any_number(feature)
        _make_transformable(feature)
    _set_environments(schema, roles)
    return schema


def _keep_decisions(feature: schema_pb2.Feature, curated: schema_pb2.Feature) -> None:
    if feature.lifecycle_stage != curated.lifecycle_stage:
        feature.lifecycle_stage = curated.lifecycle_stage
        feature.presence.Clear()


def _set_presence(feature: schema_pb2.Feature, column: ColumnStatistics) -> None:
    feature.ClearField("lifecycle_stage")
    feature.presence.Clear()
    if column.in_every_split:
        feature.presence.min_count = 1
    if column.in_every_row:
        feature.presence.min_fraction = 1
        if feature.value_count.min == feature.value_count.max == 1:
            # The shape makes a column dense in Transform.
            feature.shape.dim.add(size=1)


def _listed_values(name: str, column: ColumnStatistics, roles: ColumnRoles) -> tuple[str, ...] | None:
    if column.values is None or name in roles.vocabulary:
        return column.values
    if name in roles.label:
        return None
    repeats = len(column.values) <= _MAX_CATEGORIES and 2 * len(column.values) <= column.num_values
    return column.values if repeats else None


def _list_values(schema: schema_pb2.Schema, feature: schema_pb2.Feature, values: tuple[str, ...] | None) -> None:
    """Gives a string column a list of allowed values, or none, in place of the one that it has."""
    if feature.type != schema_pb2.BYTES:
        return
    if feature.WhichOneof("domain_info") in _LISTS:
        feature.ClearField(feature.WhichOneof("domain_info"))
    used = [domain for domain in schema.string_domain if any(other.domain == domain.name for other in schema.feature)]
    del schema.string_domain[:]
    schema.string_domain.extend(used)
    if values is not None:
        schema.string_domain.add(name=feature.name, value=values)
        feature.domain = feature.name


def _allow_any_number(feature: schema_pb2.Feature) -> None:
    """A row of one string is no rule for the next."""
    feature.ClearField("shape")
    feature.value_count.Clear()
    feature.value_count.min = 1
    feature.presence.Clear()


def _make_transformable(feature: schema_pb2.Feature) -> None:
    """Transform refuses a shape on a column that may be missing."""
    if feature.HasField("shape") and feature.presence.min_fraction != 1:
        size = feature.shape.dim[0].size if feature.shape.dim else 1
        feature.value_count.min = feature.value_count.max = size


def _set_environments(schema: schema_pb2.Schema, roles: ColumnRoles) -> None:
    for environment in (TRAINING, SERVING):
        if environment not in schema.default_environment:
            schema.default_environment.append(environment)
    for feature in schema.feature:
        if feature.name in roles.label and SERVING not in feature.not_in_environment:
            feature.not_in_environment.append(SERVING)
