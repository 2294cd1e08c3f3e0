"""ServingValidator's place in a pipeline."""

from typing import ClassVar

from tfx.dsl.components.base.base_component import BaseComponent
from tfx.dsl.components.base.executor_spec import ExecutorClassSpec
from tfx.types.channel import BaseChannel, Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import InfraBlessing, Model, ModelBlessing

from components.serving_validator.artifact import ServingValidation
from components.serving_validator.executor import Executor
from components.trainer.artifact import Predictions
from serving.config import ServingConfig


class ServingValidatorSpec(ComponentSpec):
    """Inputs, outputs and properties of ServingValidator."""

    PARAMETERS: ClassVar[dict[str, ExecutionParameter]] = {
        "task": ExecutionParameter(type=str),
        "validate": ExecutionParameter(type=int),
        "tensorflow_serving_version": ExecutionParameter(type=str),
        # 0 for no bound.
        "latency_p99_ms": ExecutionParameter(type=float),
        "redact": ExecutionParameter(type=int, optional=True),
    }
    INPUTS: ClassVar[dict[str, ChannelParameter]] = {
        "model": ChannelParameter(type=Model),
        "model_blessing": ChannelParameter(type=ModelBlessing),
        "predictions": ChannelParameter(type=Predictions),
    }
    OUTPUTS: ClassVar[dict[str, ChannelParameter]] = {
        "validated_model": ChannelParameter(type=Model),
        "blessing": ChannelParameter(type=InfraBlessing),
        "validation": ChannelParameter(type=ServingValidation),
    }


class ServingValidator(BaseComponent):
    """Starts a model server in a process of its own and tries a blessed model there.

    Like TFX's InfraValidator it gives an InfraBlessing, but it needs neither Docker nor Kubernetes, and it compares the
    answers with those of training. Output `validated_model` is the candidate with warm-up requests; `validation` is
    read with `read_validation`.
    """

    SPEC_CLASS = ServingValidatorSpec
    EXECUTOR_SPEC = ExecutorClassSpec(Executor)

    def __init__(
        self,
        model: BaseChannel,
        model_blessing: BaseChannel,
        predictions: BaseChannel,
        task: str,
        serving: ServingConfig,
        redact: bool = False,
    ) -> None:
        """Builds the component.

        Args:
            model: The candidate.
            model_blessing: Whether it is good enough; one that is not is not tried.
            predictions: What it has to answer.
            task: The task, as `ChosenTask.to_json` writes it.
            serving: What it has to be.
            redact: Whether findings quote no text, and warm-up requests hold stand-ins for texts.
        """
        spec = ServingValidatorSpec(
            model=model,
            model_blessing=model_blessing,
            predictions=predictions,
            task=task,
            validate=int(serving.validate_served),
            tensorflow_serving_version=serving.tensorflow_serving_version,
            latency_p99_ms=serving.latency_p99_ms or 0.0,
            redact=int(redact),
            validated_model=Channel(type=Model),
            blessing=Channel(type=InfraBlessing),
            validation=Channel(type=ServingValidation),
        )
        super().__init__(spec=spec)
