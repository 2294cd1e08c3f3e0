"""The work of ServingValidator."""

import pathlib
from typing import Any

from tfx.dsl.components.base.base_executor import BaseExecutor
from tfx.types import Artifact
from tfx.types.artifact_utils import get_single_instance, get_single_uri
from tfx.utils.path_utils import serving_model_dir, serving_model_path

from components.serving_validator.stand_ins import stand_ins
from components.serving_validator.try_model import Demands, one_row_of_each_length, try_model
from components.serving_validator.validation import Validation, write_validation
from models.export.expected_answers import read_expected_answers
from models.tasks.interface.chosen_task import ChosenTask
from serving.link_folder import link_folder
from serving.warm_up_requests import write_warm_up_requests


class Executor(BaseExecutor):
    """Makes the model that goes into service, with its warm-up requests, and tries it."""

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Validates; see `ServingValidatorSpec` for the properties."""
        candidate = pathlib.Path(serving_model_path(get_single_uri(input_dict["model"])))
        validated = pathlib.Path(serving_model_dir(get_single_uri(output_dict["validated_model"])))
        validated.parent.mkdir(parents=True, exist_ok=True)
        link_folder(candidate, validated)
        is_blessed = get_single_instance(input_dict["model_blessing"]).get_int_custom_property("blessed") == 1
        if not is_blessed:
            validation = Validation(skipped="it was refused before")
        elif not exec_properties["validate"]:
            validation = Validation(skipped="serving.validate_served is off")
        else:
            validation = self._try(validated, get_single_uri(input_dict["predictions"]), exec_properties)
        write_validation(validation, get_single_uri(output_dict["validation"]))
        get_single_instance(output_dict["blessing"]).set_int_custom_property("blessed", int(validation.passed))

    def _try(self, model: pathlib.Path, predictions: str, exec_properties: dict[str, Any]) -> Validation:
        expected = read_expected_answers(predictions)
        if not expected:
            return Validation(skipped="no row of eval has texts to ask for")
        task = ChosenTask.from_json(exec_properties["task"]).build()
        columns = {column for signature in task.signatures().values() for column in signature.columns}
        redact = bool(exec_properties.get("redact"))
        texts = [stand_ins(row.texts) if redact else row.texts for row in expected]
        write_warm_up_requests(model, one_row_of_each_length(texts), columns)
        # A property of type float cannot be missing; no bound is 0.
        latency = exec_properties["latency_p99_ms"] or None
        demands = Demands(exec_properties["tensorflow_serving_version"], latency, quotes_texts=not redact)
        return try_model(model, expected, task, demands)
