import pathlib
from typing import Any

import pytest
import yaml

from models.tasks.interface.registry import task_names
from pipeline.config import PipelineConfig
from pipeline.config_files.fields import section_of
from pipeline.config_files.schema import config_schema

TICKETS = pathlib.Path(__file__).resolve().parents[3] / "examples" / "tickets.yaml"
_TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "object": dict, "array": list}


def _is_valid(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    """Whether a value fits a schema, as far as the words that this one uses go; there is no validator here to ask."""
    if "$ref" in schema:
        return _is_valid(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "anyOf" in schema and not any(_is_valid(value, choice, root) for choice in schema["anyOf"]):
        return False
    kind = schema.get("type")
    if kind and not (value is None if kind == "null" else isinstance(value, _TYPES[kind])):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if "pattern" in schema and ":" in schema["pattern"] and ":" not in value:
        return False
    if isinstance(value, list):
        return all(_is_valid(item, schema["items"], root) for item in value)
    if not isinstance(value, dict):
        return not isinstance(value, int) or schema.get("minimum", value) <= value <= schema.get("maximum", value)
    fields, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    return set(schema.get("required", ())) <= set(value) and all(
        _is_valid(inner, fields[name], root) if name in fields else others and _is_valid(inner, others, root)
        for name, inner in value.items()
    )


def _sections(section: type, place: str = "") -> list[tuple[str, type]]:
    inner = [(name, section_of(field.annotation)) for name, field in section.model_fields.items()]
    return [(place, section), *(found for name, part in inner if part for found in _sections(part, name))]


def test_every_field_has_a_description_and_no_other_is_allowed() -> None:
    schema = config_schema()
    for _, section in _sections(PipelineConfig):
        part = schema if section is PipelineConfig else schema["$defs"][section.__name__]
        assert part["additionalProperties"] is False
        assert set(part["properties"]) == set(section.model_fields)
        for name, field in part["properties"].items():
            assert "$ref" in field or field.get("description"), name


def test_editors_can_complete_tasks() -> None:
    names = config_schema()["properties"]["task"]["anyOf"][0]["enum"]
    assert tuple(names) == task_names()


def test_the_example_fits() -> None:
    schema = config_schema()
    assert _is_valid(yaml.safe_load(TICKETS.read_text()), schema, schema)


@pytest.mark.parametrize(
    ("place", "value", "fits"),
    [
        ("task", "my.module:Class", True),
        ("task", "text_clasification", False),
        ("modle", {}, False),
        ("data.trian", "a.csv", False),
        ("training.epochs", "many", False),
        ("training.precision", "bf16", False),
        ("model.sequence_length", 1000, False),
        ("model.preset", "hf://a/b", True),
        ("schema_file", None, True),
        ("evaluation.thresholds", {"metric": "accuracy"}, False),
        ("evaluation.thresholds", [{"metrik": "accuracy"}], False),
        ("evaluation.thresholds", [{"metric": "accuracy", "slice": {"channel": "email"}}], True),
        ("name", None, False),
    ],
)
def test_what_the_loader_refuses_does_not_fit(place: str, value: Any, fits: bool) -> None:
    values = yaml.safe_load(TICKETS.read_text())
    section, _, name = place.rpartition(".")
    (values[section] if section else values)[name] = value
    schema = config_schema()
    assert _is_valid(values, schema, schema) == fits
