"""Report's place in a pipeline."""

import json
import types
from collections.abc import Mapping
from typing import Any, ClassVar

from tfx.dsl.components.base.base_component import BaseComponent
from tfx.dsl.components.base.executor_spec import ExecutorClassSpec
from tfx.types.channel import BaseChannel, Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import (
    ExampleAnomalies,
    Examples,
    ExampleStatistics,
    Model,
    ModelEvaluation,
    ModelRun,
)

from components.current_model.artifact import CurrentModelPointer
from components.promoter.artifact import Promotion
from components.report.artifact import RunReport
from components.report.executor import Executor
from components.run_parameters import properties_of_section
from components.serving_validator.artifact import ServingValidation
from components.text_example_gen.artifact import LabelVocabulary, RejectedRows


class ReportSpec(ComponentSpec):
    """Inputs, outputs and properties of Report; `lineage.MADE` says of each input what it is."""

    PARAMETERS: ClassVar[dict[str, ExecutionParameter]] = {
        "task": ExecutionParameter(type=str),
        # The whole config as JSON, of which the page shows all.
        "config": ExecutionParameter(type=str),
        "code": ExecutionParameter(type=str),
        **properties_of_section("data"),
        **properties_of_section("training"),
        **properties_of_section("evaluation"),
    }
    INPUTS: ClassVar[dict[str, ChannelParameter]] = {
        "rejects": ChannelParameter(type=RejectedRows),
        "label_vocabulary": ChannelParameter(type=LabelVocabulary),
        "statistics": ChannelParameter(type=ExampleStatistics),
        "anomalies": ChannelParameter(type=ExampleAnomalies),
        "transformed_examples": ChannelParameter(type=Examples),
        "model_run": ChannelParameter(type=ModelRun),
        "model": ChannelParameter(type=Model),
        "current_model": ChannelParameter(type=CurrentModelPointer),
        "evaluation": ChannelParameter(type=ModelEvaluation),
        "validation": ChannelParameter(type=ServingValidation),
        "validated_model": ChannelParameter(type=Model),
        "promotion": ChannelParameter(type=Promotion),
    }
    OUTPUTS: ClassVar[dict[str, ChannelParameter]] = {"report": ChannelParameter(type=RunReport)}


class Report(BaseComponent):
    """Writes the page on a run, promoted or refused; what it could not write fails it, and nothing else.

    It runs whenever Promoter does, whose output is new every time.
    """

    SPEC_CLASS = ReportSpec
    EXECUTOR_SPEC = ExecutorClassSpec(Executor)

    def __init__(
        self,
        task: str,
        config: Mapping[str, Any],
        code: str,
        run_parameters: Mapping[str, Any] = types.MappingProxyType({}),
        **inputs: BaseChannel,
    ) -> None:
        """Builds the component.

        Args:
            task: The task, as `ChosenTask.to_json` writes it.
            config: The whole config, JSON values.
            code: A fingerprint of the code that runs.
            run_parameters: What an operator may set for a run, by the properties' names.
            **inputs: The channels of `ReportSpec.INPUTS`.
        """
        spec = ReportSpec(
            task=task,
            config=json.dumps(config),
            code=code,
            report=Channel(type=RunReport),
            **inputs,
            **run_parameters,
        )
        super().__init__(spec=spec)
