"""The parameters of a run, checked against those that the compiled pipeline has."""

import difflib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pydantic

from components.run_parameters import RUN_PARAMETERS, with_run_parameters
from models.user_error import UserError
from pipeline.config import PipelineConfig


def run_parameters(assignments: Sequence[str], declared: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Reads what was set for a run.

    Args:
        assignments: `name=value` each.
        declared: The pipeline's parameters: KFP's ParameterSpec by name.

    Returns:
        The values by name, of the declared types.

    Raises:
        UserError: A parameter is not there, of another type, set twice, or missing.
    """
    values: dict[str, Any] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals:
            raise UserError(f"--parameter {assignment}: write it as name=value")
        if name not in declared:
            raise UserError(f"--parameter {name}: {_no_such(name, declared)}")
        if name in values:
            raise UserError(f"--parameter {name} is given twice")
        values[name] = _value(name, text, declared[name]["parameterType"])
    missing = [name for name, spec in declared.items() if name not in values and _is_required(spec)]
    if missing:
        raise UserError(f"the pipeline asks for {', '.join(missing)}: give --parameter {missing[0]}=…")
    return values


def check_values(values: Mapping[str, Any], config: PipelineConfig) -> None:
    """Checks what was set for a run as the config is checked, before tasks would find it on the cluster.

    Args:
        values: By the names of the pipeline's parameters.
        config: What the pipeline was compiled of.

    Raises:
        UserError: The config would be at fault with a value.
    """
    sections = dict.fromkeys(each.section for each in RUN_PARAMETERS)
    changed = {name: with_run_parameters(name, getattr(config, name), values) for name in sections}
    try:
        PipelineConfig.model_validate(config.model_copy(update=changed).model_dump())
    except pydantic.ValidationError as error:
        faults = "; ".join(each["msg"].removeprefix("Value error, ") for each in error.errors())
        raise UserError(f"this run's parameters: {faults}") from error


def _no_such(name: str, declared: Mapping[str, Any]) -> str:
    if not declared:
        return "the pipeline has no parameters"
    nearest = difflib.get_close_matches(name, declared, n=1)
    meant = f" (did you mean {nearest[0]}?)" if nearest else ""
    return f"the pipeline has no such parameter{meant}; there are {', '.join(sorted(declared))}"


def _is_required(spec: Mapping[str, Any]) -> bool:
    return not spec.get("isOptional") and "defaultValue" not in spec


def _value(name: str, text: str, kind: str) -> Any:
    expected, read = _TYPES[kind]
    try:
        return read(text)
    except ValueError as error:
        raise UserError(f"--parameter {name}: {text!r} is not {expected}") from error


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


def _json_of(kind: type) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        value = json.loads(text)
        if not isinstance(value, kind):
            raise ValueError(text)
        return value

    return read


_TYPES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "STRING": ("a text", str),
    "NUMBER_INTEGER": ("a whole number", int),
    "NUMBER_DOUBLE": ("a number", _number),
    "BOOLEAN": ("true or false", _boolean),
    "LIST": ("a JSON array", _json_of(list)),
    "STRUCT": ("a JSON object", _json_of(dict)),
}
"""How KFP's types are named to a person, and read."""
