"""Trainer's place in a pipeline."""

import json
import types
from collections.abc import Mapping
from typing import Any, ClassVar

from tfx.dsl.components.base.base_component import BaseComponent
from tfx.dsl.components.base.executor_spec import ExecutorClassSpec
from tfx.proto import trainer_pb2
from tfx.types.channel import BaseChannel, Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import Examples, Model, ModelRun, TransformGraph

from components.current_model.served_model import ServedModel
from components.run_parameters import properties_of_section
from components.text_example_gen.artifact import LabelVocabulary
from components.trainer.artifact import Predictions
from components.trainer.executor import Executor
from components.trainer.warm_start_executor import WarmStartExecutor


class TrainerSpec(ComponentSpec):
    """Inputs, outputs and properties of Trainer: those of TFX's, as far as they are used, and some of our own."""

    PARAMETERS: ClassVar[dict[str, ExecutionParameter]] = {
        "train_args": ExecutionParameter(type=trainer_pb2.TrainArgs),
        "eval_args": ExecutionParameter(type=trainer_pb2.EvalArgs),
        "run_fn": ExecutionParameter(type=str),
        "custom_config": ExecutionParameter(type=str),
        # Where the version in service is, for trainings that start from it: ServingConfig as JSON, and the name.
        "serving": ExecutionParameter(type=str, optional=True),
        "model_name": ExecutionParameter(type=str, optional=True),
        **properties_of_section("training"),
    }
    INPUTS: ClassVar[dict[str, ChannelParameter]] = {
        "examples": ChannelParameter(type=Examples),
        "transform_graph": ChannelParameter(type=TransformGraph),
        "raw_examples": ChannelParameter(type=Examples),
        "label_vocabulary": ChannelParameter(type=LabelVocabulary),
    }
    OUTPUTS: ClassVar[dict[str, ChannelParameter]] = {
        "model": ChannelParameter(type=Model),
        "model_run": ChannelParameter(type=ModelRun),
        "predictions": ChannelParameter(type=Predictions),
    }


class Trainer(BaseComponent):
    """Calls a `run_fn`, as TFX's Trainer does.

    TFX's own has no input for raw examples. The network's answers to some of them, made without the graph that is
    exported, are what the served model has to answer, too: ServingValidator compares them.
    """

    SPEC_CLASS = TrainerSpec
    EXECUTOR_SPEC = ExecutorClassSpec(Executor)

    def __init__(
        self,
        examples: BaseChannel,
        transform_graph: BaseChannel,
        raw_examples: BaseChannel,
        label_vocabulary: BaseChannel,
        run_fn: str,
        custom_config: Mapping[str, Any],
        continues: ServedModel | None = None,
        run_parameters: Mapping[str, Any] = types.MappingProxyType({}),
    ) -> None:
        """Builds the component.

        Args:
            examples: Transform's.
            transform_graph: Transform's.
            raw_examples: Those that Transform read.
            label_vocabulary: The labels of the train split, and those that are classes besides.
            run_fn: Import path of the function.
            custom_config: What it needs to know.
            continues: The model whose version in service the training starts from; None to start from the preset.
            run_parameters: What an operator may set for a run, by the properties' names.
        """
        spec = TrainerSpec(
            examples=examples,
            transform_graph=transform_graph,
            raw_examples=raw_examples,
            label_vocabulary=label_vocabulary,
            run_fn=run_fn,
            custom_config=json.dumps(custom_config),
            train_args=trainer_pb2.TrainArgs(splits=["train"]),
            eval_args=trainer_pb2.EvalArgs(splits=["eval"]),
            model=Channel(type=Model),
            model_run=Channel(type=ModelRun),
            predictions=Channel(type=Predictions),
            **(continues.properties() if continues else {}),
            **run_parameters,
        )
        # Its code counts as the component's: where versions lie concerns those trainings alone that start from one.
        super().__init__(spec=spec, custom_executor_spec=ExecutorClassSpec(WarmStartExecutor) if continues else None)
