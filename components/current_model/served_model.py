"""A served model as components are told of it: where its versions are, and nothing that changes none of them."""

import dataclasses
from typing import Any

from components.current_model.record import CurrentModelRecord
from serving.config import ServingConfig

_PLACE = {"directory", "models_config", "served_from", "promote_to"}
"""How many versions stay and how they are tried must not have a component run again that looks one up."""


@dataclasses.dataclass(frozen=True)
class ServedModel:
    """A served model.

    Attributes:
        serving: Where served models are.
        name: The model's name.
    """

    serving: ServingConfig
    name: str

    def properties(self) -> dict[str, str]:
        """As execution properties."""
        return {"serving": self.serving.model_dump_json(include=_PLACE), "model_name": self.name}

    @classmethod
    def of_properties(cls, properties: dict[str, Any]) -> "ServedModel":
        """The inverse of `properties`; others may be among them."""
        return cls(ServingConfig.model_validate_json(properties["serving"]), properties["model_name"])

    def in_service(self) -> CurrentModelRecord:
        """The version in service now."""
        from components.current_model.find_current_model import find_current_model

        return find_current_model(self.serving, self.name)
