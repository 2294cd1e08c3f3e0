"""Tuner's place in a pipeline."""

from typing import Any

from tfx.components.tuner.component import Tuner as TfxTuner
from tfx.dsl.components.base.executor_spec import ExecutorClassSpec
from tfx.proto import trainer_pb2
from tfx.types.channel import BaseChannel

from components.tuner.executor import Executor
from models.tuning.tuner_settings import TunerSettings


class Tuner(TfxTuner):
    """TFX's, with an executor that leaves all trials beside the best one."""

    EXECUTOR_SPEC = ExecutorClassSpec(Executor)

    def __init__(
        self, examples: BaseChannel, transform_graph: BaseChannel, tuner_fn: str, settings: TunerSettings
    ) -> None:
        """Builds the component.

        Args:
            examples: Transform's.
            transform_graph: Transform's.
            tuner_fn: Import path of the function.
            settings: What it needs to know.
        """
        custom_config: dict[str, Any] = settings.to_custom_config()
        super().__init__(
            examples=examples,
            transform_graph=transform_graph,
            tuner_fn=tuner_fn,
            train_args=trainer_pb2.TrainArgs(splits=["train"]),
            eval_args=trainer_pb2.EvalArgs(splits=["eval"]),
            custom_config=custom_config,
        )
