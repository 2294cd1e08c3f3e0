"""What an operator may set for a single run, and the one place where it enters the config's sections."""

import dataclasses
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import pydantic

from models.config import Section
from models.user_error import UserError

if TYPE_CHECKING:
    from tfx.types.component_spec import ExecutionParameter

_Section = TypeVar("_Section", bound=Section)


@dataclasses.dataclass(frozen=True)
class RunParameter:
    """A field of the config that has a property of its own in the components that read it.

    Attributes:
        section: The config's section.
        field: The section's field.
        type: The property's: a field with no plain value travels as JSON, and none at all as the empty string.
        description: For whoever starts a run.
    """

    section: str
    field: str
    type: type[int] | type[float] | type[str]
    description: str

    @property
    def name(self) -> str:
        """The property's name, and the pipeline parameter's."""
        return f"{self.section}_{self.field}"

    def property_of(self, section: Section) -> int | float | str:
        """The property that says what a section says."""
        value = getattr(section, self.field)
        if self.type is not str:
            return self.type(value)
        if value is None or isinstance(value, str):
            return value or ""
        return json.dumps([each.model_dump(mode="json", exclude_defaults=True) for each in value])


RUN_PARAMETERS = (
    RunParameter("data", "span", str, "Which span is read: a number or a day; empty for the newest."),
    RunParameter("data", "window", int, "How many spans are read, counted back from that one."),
    RunParameter("training", "epochs", int, "Passes over the train split at most."),
    RunParameter("training", "batch_size", int, "Rows per step."),
    RunParameter("training", "learning_rate", float, "Peak learning rate, after the warm-up."),
    RunParameter("training", "seed", int, "The seed of weights and order."),
    RunParameter("evaluation", "split", str, "The split on which the model is judged."),
    RunParameter("evaluation", "thresholds", str, "What the model must reach, as JSON; [] for nothing."),
)


def properties_of_section(section: str) -> "dict[str, ExecutionParameter]":
    """The properties that a component which reads a section has for them."""
    # Its import takes seconds, which not all who merge have.
    from tfx.types.component_spec import ExecutionParameter

    return {
        each.name: ExecutionParameter(type=each.type, optional=True)
        for each in RUN_PARAMETERS
        if each.section == section
    }


def with_run_parameters(name: str, section: _Section, properties: Mapping[str, Any]) -> _Section:
    """Merges what was set for this run into a section of the config.

    Args:
        name: The section's.
        section: What the config says.
        properties: The component's; a parameter that is not among them leaves the section as it is.

    Raises:
        UserError: A value is none that the field can have.
    """
    try:
        return type(section).model_validate(merged(name, section.model_dump(mode="json"), properties))
    except pydantic.ValidationError as error:
        faults = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        raise UserError(f"this run's parameters: {name}.{f'; {name}.'.join(faults)}") from error


def merged(name: str, values: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, Any]:
    """As `with_run_parameters`, of a section as JSON values; they are not checked.

    Args:
        name: The section's.
        values: What the config says.
        properties: The component's.

    Raises:
        UserError: A value is no JSON where it has to be.
    """
    given = {each: properties[each.name] for each in RUN_PARAMETERS if each.section == name and each.name in properties}
    return {**values, **{each.field: _value(each, value) for each, value in given.items()}}


def _value(parameter: RunParameter, given: Any) -> Any:
    if parameter.type is not str or not given.startswith("["):
        return given
    try:
        return json.loads(given)
    except ValueError as error:
        raise UserError(f"this run's parameter {parameter.name} is not JSON: {error}") from error
