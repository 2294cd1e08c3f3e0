"""Promoter's place in a pipeline."""

from typing import ClassVar

from tfx.dsl.components.base.base_component import BaseComponent
from tfx.dsl.components.base.executor_spec import ExecutorClassSpec
from tfx.types.channel import BaseChannel, Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import Model, ModelBlessing, ModelEvaluation

from components.promoter.artifact import Promotion
from components.promoter.driver import Driver
from components.promoter.executor import Executor
from serving.config import ServingConfig


class PromoterSpec(ComponentSpec):
    """Inputs, outputs and properties of Promoter; the driver sets `asked_at`."""

    PARAMETERS: ClassVar[dict[str, ExecutionParameter]] = {
        "serving_directory": ExecutionParameter(type=str),
        "model_name": ExecutionParameter(type=str),
        "keep_versions": ExecutionParameter(type=int),
        "asked_at": ExecutionParameter(type=str, optional=True),
    }
    INPUTS: ClassVar[dict[str, ChannelParameter]] = {
        "model": ChannelParameter(type=Model),
        "model_blessing": ChannelParameter(type=ModelBlessing),
        "evaluation": ChannelParameter(type=ModelEvaluation),
    }
    OUTPUTS: ClassVar[dict[str, ChannelParameter]] = {"promotion": ChannelParameter(type=Promotion)}


class Promoter(BaseComponent):
    """Puts a blessed model into service in one step; a model that was not blessed leaves no trace there.

    Its output `promotion` is read with `read_promotion`. An earlier run's output is never used again: on one machine
    the driver sees to that; Kubeflow runs no driver, and is told to run the component every time.
    """

    SPEC_CLASS = PromoterSpec
    EXECUTOR_SPEC = ExecutorClassSpec(Executor)
    DRIVER_CLASS = Driver

    def __init__(
        self,
        model: BaseChannel,
        model_blessing: BaseChannel,
        evaluation: BaseChannel,
        name: str,
        serving: ServingConfig,
    ) -> None:
        """Builds the component.

        Args:
            model: The candidate.
            model_blessing: Whether the candidate may go into service.
            evaluation: Why, with the metrics that go into the version's record.
            name: The served model's name.
            serving: Where served models are.
        """
        spec = PromoterSpec(
            model=model,
            model_blessing=model_blessing,
            evaluation=evaluation,
            serving_directory=serving.directory,
            model_name=name,
            keep_versions=serving.keep_versions,
            promotion=Channel(type=Promotion),
        )
        super().__init__(spec=spec)
