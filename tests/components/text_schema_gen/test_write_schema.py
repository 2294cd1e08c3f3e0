"""Tests of the curated schema's file and of the words about it."""

import pathlib

import pyarrow as pa
import pytest
import tensorflow_data_validation as tfdv
from google.protobuf import text_format
from tensorflow_data_validation.statistics import stats_impl
from tensorflow_metadata.proto.v0 import schema_pb2

from components.text_schema_gen.column_roles import ColumnRoles
from components.text_schema_gen.schema_file import check_roles, parse_schema
from components.text_schema_gen.write_schema import write_schema
from models.tasks.interface.registry import task_named
from models.user_error import UserError

ROLES = ColumnRoles.of_task(task_named("text_classification"))


def write_statistics(folder: pathlib.Path, split: str, **columns: list[str | None]) -> pathlib.Path:
    """Writes one split's statistics as StatisticsGen does."""
    arrays = [pa.array([None if value is None else [value.encode()] for value in row]) for row in columns.values()]
    batch = pa.RecordBatch.from_arrays(arrays, list(columns))
    path = folder / f"Split-{split}" / "FeatureStats.pb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(stats_impl.generate_statistics_in_memory(batch, tfdv.StatsOptions()).SerializeToString())
    return folder


def test_a_new_schema_is_written_and_described(tmp_path: pathlib.Path) -> None:
    statistics = write_statistics(
        tmp_path, "train", text=["a", "b", "c", "d"], label=["ja", "nein"] * 2, channel=["web", "web", None, "web"]
    )
    write_statistics(tmp_path, "eval", text=["e"], label=["ja"], channel=["web"])
    changes = write_schema(statistics, tmp_path / "schemas" / "schema.pbtxt", ROLES)
    assert sorted(changes) == [
        "channel: one of 1 values (web), may be missing",
        "label: one of 2 values (ja, nein), in every row",
        "text: strings, in every row",
    ]
    text = (tmp_path / "schemas" / "schema.pbtxt").read_text(encoding="utf-8")
    assert 'value: "nein"' in text
    assert tfdv.load_schema_text(str(tmp_path / "schemas" / "schema.pbtxt")) == parse_schema(text, "")


def test_an_update_says_what_changed(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "schema.pbtxt"
    before = write_statistics(tmp_path / "1", "train", text=["a"] * 4, label=["ja", "nein"] * 2, channel=["web"] * 4)
    write_schema(before, path, ROLES)
    after = write_statistics(
        tmp_path / "2", "train", text=["a"] * 4, label=["ja", "nein", "weiß nicht", "ja"], page=["1"] * 4
    )
    assert write_schema(after, path, ROLES) == (
        "channel: may be missing now",
        "label: 1 more value (weiß nicht)",
        "page: new: one of 1 values (1), in every row",
    )
    assert "weiß nicht" in path.read_text(encoding="utf-8")


def test_a_schema_that_fits_is_left_alone_with_its_comments(tmp_path: pathlib.Path) -> None:
    statistics = write_statistics(tmp_path, "train", text=["a", "b"], label=["ja", "nein"])
    path = tmp_path / "schema.pbtxt"
    write_schema(statistics, path, ROLES)
    commented = "# Looked at by hand.\n" + path.read_text(encoding="utf-8")
    path.write_text(commented, encoding="utf-8")
    assert write_schema(statistics, path, ROLES) == ()
    assert path.read_text(encoding="utf-8") == commented


def test_an_empty_split_changes_nothing(tmp_path: pathlib.Path) -> None:
    statistics = write_statistics(tmp_path, "train", text=["a", "b"], label=["ja", "nein"])
    write_statistics(tmp_path, "eval", text=[], label=[])
    write_schema(statistics, tmp_path / "schema.pbtxt", ROLES)
    schema = tfdv.load_schema_text(str(tmp_path / "schema.pbtxt"))
    assert all(feature.presence.min_fraction == 1 for feature in schema.feature)


def test_a_file_that_is_no_schema_is_named_with_the_line(tmp_path: pathlib.Path) -> None:
    statistics = write_statistics(tmp_path, "train", text=["a"], label=["ja"])
    path = tmp_path / "schema.pbtxt"
    path.write_text('feature {\n  name: "text"\n  kind: BYTES\n}\n')
    with pytest.raises(UserError, match=r"schema\.pbtxt: not a schema in text form: 3:3"):
        write_schema(statistics, path, ROLES)


def test_a_curated_schema_without_a_required_column_is_refused() -> None:
    schema = text_format.Parse('feature { name: "message" } feature { name: "label" }', schema_pb2.Schema())
    with pytest.raises(UserError, match="has no column text, which the task needs"):
        check_roles(schema, ROLES, "schema.pbtxt")
