"""The work of TextExampleGen where labels are compared with those of the model in service."""

import logging
from typing import Any

from typing_extensions import override

from components.current_model.served_model import ServedModel
from components.text_example_gen.config import DataConfig
from components.text_example_gen.executor import Executor
from components.text_example_gen.label_rule import LabelRule
from components.text_schema_gen.column_roles import ColumnRoles
from components.text_schema_gen.listed_values import listed_values
from components.text_schema_gen.schema_file import parse_schema
from models.export.description import DESCRIPTION_FILE, parse_description
from models.tasks.interface.chosen_task import ChosenTask
from models.tasks.interface.task import Task
from serving.named_versions.model_file import read_model_file

_LOGGER = logging.getLogger(__name__)


class LabelRuleExecutor(Executor):
    """Looks up once which labels the model in service has, when the data are read.

    What it finds is no part of the cache's key, so that a run on the same data finds its examples made, though its own
    model with more labels has come into service since.
    """

    @override
    def _label_rule(self, data: DataConfig, exec_properties: dict[str, Any]) -> LabelRule:
        task = ChosenTask.from_json(exec_properties["task"]).build()
        name, in_service = _labels_in_service(ServedModel.of_properties(exec_properties), task)
        approved = _labels_of_schema(exec_properties["curated_schema"], task)
        sources = [*([name] if in_service else []), *(["the curated schema"] if approved else [])]
        _LOGGER.info("labels are compared with those of %s", " and ".join(sources) or "nothing: there are none yet")
        return LabelRule(data.label_changes, in_service, approved, " and ".join(sources))


def _labels_in_service(served: ServedModel, task: Task) -> tuple[str, frozenset[str]]:
    current = served.in_service()
    content = read_model_file(current.uri, DESCRIPTION_FILE) if current.uri else None
    description = parse_description(content.decode()) if content else None
    name = f"version {current.version} in service"
    if description is None or description.task.name != task.name:
        if current.uri:
            _LOGGER.warning("%s does not say which labels of %s it has", name, task.name)
        return name, frozenset()
    return name, frozenset(description.labels)


def _labels_of_schema(text: str, task: Task) -> frozenset[str]:
    """The labels that a curated schema lists; none where there is no schema, or it lists none."""
    if not text:
        return frozenset()
    schema = parse_schema(text, "the curated schema")
    lists = [listed_values(schema, name) or () for name in ColumnRoles.of_task(task).vocabulary]
    return frozenset(label for labels in lists for label in labels)
