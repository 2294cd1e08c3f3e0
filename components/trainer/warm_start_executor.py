"""The work of Trainer where it starts from the model in service."""

from typing import Any

from tfx.components.trainer.fn_args_utils import FnArgs
from tfx.types import Artifact
from typing_extensions import override

from components.current_model.served_model import ServedModel
from components.trainer.executor import Executor
from models.export.kept_weights import WEIGHTS_FOLDER
from models.training.starting_weights import START, FoundModel
from serving.named_versions.local_copy import local_copy


class WarmStartExecutor(Executor):
    """Looks up what is in service just before it trains.

    What it finds is no part of the cache's key: a training that ended is not done again because its own model, or
    another, has come into service since. New data, settings or code have it train, and look again.
    """

    @override
    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        current = ServedModel.of_properties(exec_properties).in_service()
        if current.uri is None:
            self._found = FoundModel()
            super().Do(input_dict, output_dict, exec_properties)
            return
        with local_copy(f"{current.uri}/{WEIGHTS_FOLDER}") as folder:
            self._found = FoundModel(f"version {current.version} in service", str(folder))
            super().Do(input_dict, output_dict, exec_properties)

    @override
    def _GetFnArgs(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> FnArgs:
        fn_args = super()._GetFnArgs(input_dict, output_dict, exec_properties)
        fn_args.custom_config[START] = self._found.to_json()
        return fn_args
