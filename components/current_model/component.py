"""CurrentModel's place in a pipeline."""

from typing import ClassVar

from tfx.dsl.components.base.base_component import BaseComponent
from tfx.dsl.components.base.executor_spec import ExecutorClassSpec
from tfx.types.channel import Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter

from components.current_model.artifact import CurrentModelPointer
from components.current_model.driver import Driver
from components.current_model.executor import Executor
from serving.config import ServingConfig


class CurrentModelSpec(ComponentSpec):
    """Outputs and properties of CurrentModel; the driver sets `in_service`."""

    PARAMETERS: ClassVar[dict[str, ExecutionParameter]] = {
        # ServingConfig as JSON.
        "serving": ExecutionParameter(type=str),
        "model_name": ExecutionParameter(type=str),
        "in_service": ExecutionParameter(type=str, optional=True),
    }
    INPUTS: ClassVar[dict[str, ChannelParameter]] = {}
    OUTPUTS: ClassVar[dict[str, ChannelParameter]] = {"current_model": ChannelParameter(type=CurrentModelPointer)}


class CurrentModel(BaseComponent):
    """Points to the version in service, or says that there is none.

    Its output `current_model` is read with `read_current_model`. An earlier run's output is used again only while the
    same version is in service: on one machine the driver sees to that; Kubeflow runs no driver, and is told to run
    the component every time.
    """

    SPEC_CLASS = CurrentModelSpec
    EXECUTOR_SPEC = ExecutorClassSpec(Executor)
    DRIVER_CLASS = Driver

    def __init__(self, serving: ServingConfig, name: str) -> None:
        """Builds the component.

        Args:
            serving: Where served models are.
            name: The served model's name.
        """
        spec = CurrentModelSpec(
            serving=serving.model_dump_json(), model_name=name, current_model=Channel(type=CurrentModelPointer)
        )
        super().__init__(spec=spec)
