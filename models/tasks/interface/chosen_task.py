"""The task that a config chooses, as plain values that travel between components."""

import dataclasses
import json
from collections.abc import Collection, Mapping
from typing import Any, Self

import pydantic

from models.tasks.interface.registry import task_class
from models.tasks.interface.task import Task


@dataclasses.dataclass(frozen=True)
class ChosenTask:
    """A task's name, its options, and which of its optional texts are read.

    Attributes:
        name: As the config gives it.
        options: All options, JSON values.
        optional_texts: The optional text columns that are part of the task.
    """

    name: str
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    optional_texts: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, options: Mapping[str, Any], named_columns: Collection[str]) -> Self:
        """Fills in the options that are left at their defaults.

        Args:
            name: The task's name.
            options: What the config sets.
            named_columns: The columns that `data.columns` names.

        Raises:
            ValueError: There is no such task, or an option is at fault; the message begins with the field.
        """
        chosen = task_class(name)
        if options and not chosen.options_class.model_fields:
            raise ValueError(f"task_options: {name} has no options; leave it out")
        try:
            values = chosen.options_class(**options).model_dump(mode="json")
        except pydantic.ValidationError as error:
            raise ValueError(_faults(error, chosen)) from error
        always = chosen(chosen.options_class(**options)).text_columns()
        texts = (column.name for column in chosen.columns if column.role == "text" and column.name not in always)
        return cls(name, values, tuple(text for text in texts if text in named_columns))

    def build(self) -> Task:
        """The task itself."""
        chosen = task_class(self.name)
        return chosen(chosen.options_class(**self.options), self.optional_texts)

    def to_json(self) -> str:
        """As an execution property: equal for equal choices."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, serialized: str) -> Self:
        """The inverse of `to_json`."""
        values = json.loads(serialized)
        return cls(values["name"], values["options"], tuple(values["optional_texts"]))


def _faults(error: pydantic.ValidationError, chosen: type[Task]) -> str:
    known = ", ".join(chosen.options_class.model_fields)
    found = []
    for fault in error.errors():
        field = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "extra_forbidden":
            found.append(f"task_options: {field} is no option of {chosen.name}, which has {known}")
        else:
            message = fault["msg"].removeprefix("Value error, ")
            found.append(f"task_options.{field}: {message} (it is {fault['input']!r})")
    return "; ".join(found)
