"""The JSON schema of the config, by which editors complete and check it."""

from typing import Any

from models.presets import BUNDLED
from models.tasks.interface.registry import task_names
from pipeline.config import PipelineConfig


def config_schema() -> dict[str, Any]:
    """The schema: every field with its type, limits, default and description."""
    schema = PipelineConfig.model_json_schema()
    schema["title"] = "bertline config"
    _without_titles(schema)
    # What only the registries know.
    schema["properties"]["task"]["anyOf"] = [{"enum": list(task_names())}, {"pattern": ".+:.+"}]
    schema["$defs"]["ModelConfig"]["properties"]["preset"]["examples"] = list(BUNDLED)
    return schema


def _without_titles(schema: dict[str, Any]) -> None:
    """Drops the titles of fields: they only repeat the names."""
    for section in (schema, *schema["$defs"].values()):
        for field in section.get("properties", {}).values():
            field.pop("title", None)
