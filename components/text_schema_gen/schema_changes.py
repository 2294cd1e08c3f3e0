"""What differs between two schemas, in words."""

from collections.abc import Sequence

from tensorflow_metadata.proto.v0 import schema_pb2

from components.text_schema_gen.listed_values import listed_values

_TYPES = {schema_pb2.BYTES: "strings", schema_pb2.INT: "whole numbers", schema_pb2.FLOAT: "numbers"}
_MAX_NAMED = 10


def describe_schema_changes(before: schema_pb2.Schema | None, after: schema_pb2.Schema) -> tuple[str, ...]:
    """Describes a schema, or how it came out of an earlier one.

    Args:
        before: The earlier schema, or None.
        after: The schema.

    Returns:
        One sentence fragment for each column that is new or changed; none where nothing changed.
    """
    old = {feature.name: feature for feature in before.feature} if before else {}
    lines = []
    for feature in after.feature:
        if feature.name not in old:
            lines.append(f"{feature.name}: {'new: ' if before else ''}{_describe(feature, after)}")
        elif before is not None:
            changes = _compare(old[feature.name], before, feature, after)
            lines += [f"{feature.name}: {change}" for change in changes]
    return tuple(lines)


def _describe(feature: schema_pb2.Feature, schema: schema_pb2.Schema) -> str:
    values = listed_values(schema, feature.name)
    kind = _TYPES.get(feature.type, "values of any type")
    kind = kind if values is None else f"one of {len(values)} values ({_named(values)})"
    return f"{kind}, {'in every row' if _is_required(feature) else 'may be missing'}"


def _compare(
    old: schema_pb2.Feature, before: schema_pb2.Schema, new: schema_pb2.Feature, after: schema_pb2.Schema
) -> list[str]:
    changes = []
    old_values, new_values = listed_values(before, old.name), listed_values(after, new.name)
    if old_values is not None and new_values is None:
        changes.append("any string now, its list of values is dropped")
    elif old_values is None and new_values is not None:
        changes.append(f"lists its values now ({_named(new_values)})")
    elif old_values is not None and new_values is not None:
        added = [value for value in new_values if value not in set(old_values)]
        if added:
            changes.append(f"{len(added)} more value{'s' if len(added) > 1 else ''} ({_named(added)})")
    if _is_required(old) and not _is_required(new):
        changes.append("may be missing now")
    rest_old, rest_new = _without_values(old), _without_values(new)
    if rest_old != rest_new and not changes:
        changes.append("its rules changed (presence, shape, type or environments)")
    return changes


def _is_required(feature: schema_pb2.Feature) -> bool:
    return bool(feature.presence.min_fraction == 1)


def _named(values: Sequence[str]) -> str:
    named = ", ".join(values[:_MAX_NAMED])
    return named if len(values) <= _MAX_NAMED else f"{named}, … {len(values) - _MAX_NAMED} more"


def _without_values(feature: schema_pb2.Feature) -> schema_pb2.Feature:
    copy = schema_pb2.Feature()
    copy.CopyFrom(feature)
    if copy.WhichOneof("domain_info") in ("domain", "string_domain"):
        copy.ClearField(copy.WhichOneof("domain_info"))
    return copy
