"""The work of CurrentModel."""

from typing import Any

from tfx.dsl.components.base.base_executor import BaseExecutor
from tfx.types import Artifact
from tfx.types.artifact_utils import get_single_uri

from components.current_model.find_current_model import find_current_model
from components.current_model.record import write_current_model
from serving.config import ServingConfig


class Executor(BaseExecutor):
    """Writes down which version is in service."""

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Looks at the served versions; see `CurrentModelSpec` for the properties."""
        serving = ServingConfig.model_validate_json(exec_properties["serving"])
        record = find_current_model(serving, exec_properties["model_name"])
        write_current_model(record, get_single_uri(output_dict["current_model"]))
