"""Tests of the schema's rules, on statistics that TFDV computes from real rows."""

import pyarrow as pa
import pytest
import tensorflow_data_validation as tfdv
from tensorflow_data_validation.statistics import stats_impl
from tensorflow_metadata.proto.v0 import schema_pb2, statistics_pb2
from tensorflow_transform.tf_metadata import schema_utils

from components.text_schema_gen.build_schema import MAX_LABELS, build_schema
from components.text_schema_gen.column_roles import ColumnRoles
from models.tasks.interface.registry import task_named

ROLES = ColumnRoles.of_task(task_named("text_classification"))
Statistics = statistics_pb2.DatasetFeatureStatisticsList


def statistics(num_rows: int = 60, num_labels: int = 3, **extra: list[bytes | None]) -> Statistics:
    """Statistics of rows with a text each, labels in turn, and extra columns."""
    columns: dict[str, list[bytes | None]] = {
        "text": [b"text %d" % row for row in range(num_rows)],
        "label": [b"label %d" % (row % num_labels) for row in range(num_rows)],
        **extra,
    }
    arrays = [pa.array([None if value is None else [value] for value in values]) for values in columns.values()]
    batch = pa.RecordBatch.from_arrays(arrays, list(columns))
    return stats_impl.generate_statistics_in_memory(batch, tfdv.StatsOptions())


def values(schema: schema_pb2.Schema, column: str) -> list[str] | None:
    feature = tfdv.get_feature(schema, column)
    has_list = feature.WhichOneof("domain_info") in ("domain", "string_domain")
    return list(tfdv.get_domain(schema, column).value) if has_list else None


def anomalies(data: Statistics, schema: schema_pb2.Schema, environment: str | None = None) -> dict[str, str]:
    found = tfdv.validate_statistics(data, schema, environment=environment).anomaly_info
    return {column: info.short_description for column, info in found.items()}


def test_the_order_of_columns_in_statistics_does_not_matter() -> None:
    one = statistics(channel=[b"web", b"mail"] * 30)
    other = Statistics()
    other.CopyFrom(one)
    other.datasets[0].features.reverse()
    assert build_schema([other], ROLES).SerializeToString() == build_schema([one], ROLES).SerializeToString()
    curated = build_schema([statistics()], ROLES)
    curated.feature.reverse()
    brought_up_to_date = build_schema([other], ROLES, existing=curated)
    assert [feature.name for feature in brought_up_to_date.feature] == ["text", "label", "channel"]


def test_few_texts_are_still_not_a_list_of_values() -> None:
    schema = build_schema([statistics(num_rows=12)], ROLES)
    assert values(schema, "text") is None
    assert [domain.name for domain in schema.string_domain] == ["label"]


@pytest.mark.parametrize("num_labels", [1, 3, 101, MAX_LABELS])
def test_a_label_lists_all_its_values(num_labels: int) -> None:
    schema = build_schema([statistics(num_rows=2 * num_labels, num_labels=num_labels)], ROLES)
    assert values(schema, "label") == sorted(f"label {number}" for number in range(num_labels))


@pytest.mark.parametrize("labels", [[b"0", b"1"], [b"1"], [b"true", b"false"], [b"-1", b"7"]])
def test_labels_that_look_like_numbers_or_truths_are_listed_as_strings(labels: list[bytes | None]) -> None:
    schema = build_schema([statistics(num_rows=2 * len(labels), label=labels * 2)], ROLES)
    assert values(schema, "label") == sorted(label.decode() for label in labels if label)
    unseen = statistics(num_rows=2, label=[b"maybe", labels[0]])
    assert anomalies(unseen, schema) == {"label": "Unexpected string values"}


def test_more_labels_than_statistics_name_are_not_listed() -> None:
    assert values(build_schema([statistics(2 * MAX_LABELS, MAX_LABELS + 1)], ROLES), "label") is None


@pytest.mark.parametrize(
    ("column", "listed"),
    [
        ([b"web", b"mail"] * 30, ["mail", "web"]),
        ([b"id %d" % row for row in range(60)], None),
        ([b"1", b"0"] * 30, ["0", "1"]),
        ([b"web", None] * 30, ["web"]),
        ([b"\xff", b"\xfe"] * 30, None),
        ([b"long" * 500, b"short"] * 30, None),
    ],
    ids=["categories", "identifiers", "digits", "with gaps", "not UTF-8", "too long to be named"],
)
def test_an_extra_column_lists_its_values_where_they_repeat(
    column: list[bytes | None], listed: list[str] | None
) -> None:
    assert values(build_schema([statistics(extra=column)], ROLES), "extra") == listed


def test_every_split_fits_the_schema_inferred_from_all() -> None:
    train = statistics(channel=[b"web", b"mail"] * 30, note=[b"x"] * 60)
    eval_split = statistics(num_rows=12, num_labels=4, channel=[b"phone", None, b"web"] * 4)
    schema = build_schema([train, eval_split], ROLES)
    assert anomalies(train, schema) == {}
    assert anomalies(eval_split, schema) == {}
    assert values(schema, "channel") == ["mail", "phone", "web"]


def test_a_column_that_a_split_lacks_is_still_read_by_transform() -> None:
    schema = build_schema([statistics(note=[b"x"] * 60), statistics(num_rows=12)], ROLES)
    specification = schema_utils.schema_as_feature_spec(schema).feature_spec
    assert set(specification) == {"text", "label", "note"}


@pytest.mark.parametrize("note", [[b"x"] * 12, [b"x", None] * 6])
def test_a_column_that_only_a_later_split_has_may_be_missing(note: list[bytes | None]) -> None:
    train, eval_split = statistics(), statistics(num_rows=12, note=note)
    schema = build_schema([train, eval_split], ROLES)
    assert anomalies(train, schema) == anomalies(eval_split, schema) == {}
    assert set(schema_utils.schema_as_feature_spec(schema).feature_spec) == {"text", "label", "note"}


def test_an_update_that_lets_a_column_be_missing_still_suits_transform() -> None:
    existing = build_schema([statistics(note=[b"x"] * 60)], ROLES)
    for data in (statistics(note=[b"x", None] * 30), statistics()):
        schema = build_schema([data], ROLES, existing)
        assert anomalies(data, schema) == {}
        assert set(schema_utils.schema_as_feature_spec(schema).feature_spec) == {"text", "label", "note"}


def test_numbers_are_left_to_tfdv() -> None:
    batch = pa.RecordBatch.from_arrays([pa.array([[1], [2]]), pa.array([[0.5], [1.5]])], ["count", "score"])
    schema = build_schema([stats_impl.generate_statistics_in_memory(batch, tfdv.StatsOptions())], ROLES)
    assert [feature.type for feature in schema.feature] == [schema_pb2.INT, schema_pb2.FLOAT]


def test_required_columns_are_dense_in_transform() -> None:
    schema = build_schema([statistics()], ROLES)
    specification = schema_utils.schema_as_feature_spec(schema).feature_spec
    assert [tuple(specification[name].shape) for name in ("text", "label")] == [(1,), (1,)]


def test_requests_without_labels_fit_the_serving_environment() -> None:
    schema = build_schema([statistics()], ROLES)
    batch = pa.RecordBatch.from_arrays([pa.array([[b"a text"]])], ["text"])
    requests = stats_impl.generate_statistics_in_memory(batch, tfdv.StatsOptions())
    assert anomalies(requests, schema, "SERVING") == {}
    assert anomalies(requests, schema, "TRAINING") == {"label": "Column dropped"}
    # ExampleValidator names no environment.
    assert anomalies(requests, schema) == {"label": "Column dropped"}


def test_an_update_adds_what_is_new_and_keeps_what_was_decided() -> None:
    existing = build_schema([statistics(channel=[b"web", b"mail"] * 30, code=[b"a", b"b"] * 30)], ROLES)
    tfdv.get_feature(existing, "code").ClearField("domain")
    tfdv.set_domain(existing, "channel", schema_pb2.StringDomain(name="channel", value=["fax", "mail", "web"]))
    tfdv.get_feature(existing, "label").drift_comparator.infinity_norm.threshold = 0.1
    updated = build_schema(
        [statistics(num_labels=4, channel=[b"web", b"app"] * 30, code=[b"a", b"b"] * 30, page=[b"1"] * 60)],
        ROLES,
        existing,
    )
    assert values(updated, "channel") == ["fax", "mail", "web", "app"]
    assert values(updated, "label") == ["label 0", "label 1", "label 2", "label 3"]
    assert values(updated, "code") is None
    assert values(updated, "page") == ["1"]
    assert tfdv.get_feature(updated, "label").drift_comparator.infinity_norm.threshold == 0.1


def test_data_that_fit_change_nothing() -> None:
    data = [statistics(channel=[b"web", b"mail"] * 30), statistics(num_rows=12)]
    schema = build_schema(data, ROLES)
    assert build_schema(data, ROLES, schema) == schema


def test_a_column_deprecated_by_hand_stays_so() -> None:
    schema = build_schema([statistics(note=[b"x"] * 60)], ROLES)
    tfdv.get_feature(schema, "note").lifecycle_stage = schema_pb2.DEPRECATED
    updated = build_schema([statistics()], ROLES, schema)
    assert tfdv.get_feature(updated, "note").lifecycle_stage == schema_pb2.DEPRECATED
