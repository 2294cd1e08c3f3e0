"""Promoter's place in a pipeline."""

from typing import ClassVar

from tfx.dsl.components.base.base_component import BaseComponent
from tfx.dsl.components.base.executor_spec import ExecutorClassSpec
from tfx.types.channel import BaseChannel, Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import InfraBlessing, Model, ModelBlessing, ModelEvaluation

from components.promoter.artifact import Promotion
from components.promoter.driver import Driver
from components.promoter.executor import Executor
from components.report.config import ModelCardConfig
from components.serving_validator.artifact import ServingValidation
from components.text_example_gen.artifact import RejectedRows
from serving.config import ServingConfig


class PromoterSpec(ComponentSpec):
    """Inputs, outputs and properties of Promoter; the driver sets `asked_at`."""

    PARAMETERS: ClassVar[dict[str, ExecutionParameter]] = {
        # ServingConfig as JSON.
        "serving": ExecutionParameter(type=str),
        "model_name": ExecutionParameter(type=str),
        # ModelCardConfig as JSON, and the split that the model was judged on.
        "model_card": ExecutionParameter(type=str),
        "evaluated_on": ExecutionParameter(type=str),
        "asked_at": ExecutionParameter(type=str, optional=True),
    }
    INPUTS: ClassVar[dict[str, ChannelParameter]] = {
        "model": ChannelParameter(type=Model),
        "model_blessing": ChannelParameter(type=ModelBlessing),
        "infra_blessing": ChannelParameter(type=InfraBlessing),
        "evaluation": ChannelParameter(type=ModelEvaluation),
        "validation": ChannelParameter(type=ServingValidation),
        "rejects": ChannelParameter(type=RejectedRows),
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
        infra_blessing: BaseChannel,
        evaluation: BaseChannel,
        validation: BaseChannel,
        rejects: BaseChannel,
        name: str,
        serving: ServingConfig,
        model_card: ModelCardConfig,
        evaluated_on: str,
    ) -> None:
        """Builds the component.

        Args:
            model: The candidate.
            model_blessing: Whether the candidate may go into service.
            infra_blessing: Whether it can be served.
            evaluation: Why, with the metrics that go into the version's record.
            validation: What was found when it was served.
            rejects: How many rows were read, for its card.
            name: The served model's name.
            serving: Where served models are.
            model_card: What only people know of the model, for its card.
            evaluated_on: The split that it was judged on.
        """
        spec = PromoterSpec(
            model=model,
            model_blessing=model_blessing,
            infra_blessing=infra_blessing,
            evaluation=evaluation,
            validation=validation,
            rejects=rejects,
            serving=serving.model_dump_json(),
            model_name=name,
            model_card=model_card.model_dump_json(),
            evaluated_on=evaluated_on,
            promotion=Channel(type=Promotion),
        )
        super().__init__(spec=spec)
