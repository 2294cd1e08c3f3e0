"""Evaluator's place in a pipeline."""

import json
import types
from collections.abc import Mapping
from typing import Any, ClassVar

from tfx.dsl.components.base.base_beam_component import BaseBeamComponent
from tfx.dsl.components.base.executor_spec import BeamExecutorSpec
from tfx.types.channel import BaseChannel, Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import Examples, Model, ModelBlessing, ModelEvaluation

from components.current_model.artifact import CurrentModelPointer
from components.evaluator.config import EvaluationConfig
from components.evaluator.executor import Executor
from components.run_parameters import properties_of_section
from models.encoder_settings import EncoderSettings


class EvaluatorSpec(ComponentSpec):
    """Inputs, outputs and properties of Evaluator."""

    PARAMETERS: ClassVar[dict[str, ExecutionParameter]] = {
        "task": ExecutionParameter(type=str),
        # EvaluationConfig as JSON with sorted keys.
        "evaluation_config": ExecutionParameter(type=str),
        # EncoderSettings as JSON.
        "encoder": ExecutionParameter(type=str),
        "keeps_texts": ExecutionParameter(type=int, optional=True),
        **properties_of_section("evaluation"),
    }
    INPUTS: ClassVar[dict[str, ChannelParameter]] = {
        "examples": ChannelParameter(type=Examples),
        "model": ChannelParameter(type=Model),
        "current_model": ChannelParameter(type=CurrentModelPointer),
    }
    OUTPUTS: ClassVar[dict[str, ChannelParameter]] = {
        "evaluation": ChannelParameter(type=ModelEvaluation),
        "blessing": ChannelParameter(type=ModelBlessing),
    }


class Evaluator(BaseBeamComponent):
    """Judges a model on the eval split and against the model in service.

    TFMA counts, but has no say: its thresholds cannot do without a baseline on Kubeflow, nor explain themselves.
    """

    SPEC_CLASS = EvaluatorSpec
    EXECUTOR_SPEC = BeamExecutorSpec(Executor)

    def __init__(
        self,
        examples: BaseChannel,
        model: BaseChannel,
        current_model: BaseChannel,
        task: str,
        evaluation: EvaluationConfig,
        encoder: EncoderSettings,
        keeps_texts: bool = True,
        run_parameters: Mapping[str, Any] = types.MappingProxyType({}),
    ) -> None:
        """Builds the component.

        Args:
            examples: Raw examples, with the columns to slice by.
            model: The candidate.
            current_model: CurrentModel's output.
            task: The task, as `ChosenTask.to_json` writes it.
            evaluation: What the candidate must reach.
            encoder: How the candidate reads texts, for slices by what it cannot read.
            keeps_texts: Whether the most wrong rows are written down, which quote texts.
            run_parameters: What an operator may set for a run, by the properties' names.

        Output `evaluation` holds TFMA's result files and the verdict, read with `read_verdict`; `blessing` is as TFX's
        Evaluator writes it.
        """
        spec = EvaluatorSpec(
            task=task,
            encoder=encoder.to_json(),
            keeps_texts=int(keeps_texts),
            evaluation_config=json.dumps(evaluation.model_dump(mode="json", exclude_none=True), sort_keys=True),
            examples=examples,
            model=model,
            current_model=current_model,
            evaluation=Channel(type=ModelEvaluation),
            blessing=Channel(type=ModelBlessing),
            **run_parameters,
        )
        super().__init__(spec=spec)
