"""Evaluator's place in a pipeline."""

from tfx.types.channel import Channel
from tfx.types.standard_artifacts import Examples, Model, ModelBlessing, ModelEvaluation

from components.current_model.artifact import CurrentModelPointer
from components.evaluator.component import Evaluator
from components.evaluator.config import EvaluationConfig
from models.encoder_settings import EncoderSettings
from models.tasks.interface.chosen_task import ChosenTask


def _build(evaluation):
    return Evaluator(
        examples=Channel(type=Examples),
        model=Channel(type=Model),
        current_model=Channel(type=CurrentModelPointer),
        task=ChosenTask("text_classification").to_json(),
        evaluation=evaluation,
        encoder=EncoderSettings("tiny", 8),
    )


def test_the_config_goes_through_the_property():
    config = EvaluationConfig(slices=["channel"], thresholds=[{"metric": "accuracy", "at_least": 0.9}])
    properties = _build(config).exec_properties
    assert EvaluationConfig.model_validate_json(properties["evaluation_config"]) == config
    assert ChosenTask.from_json(properties["task"]) == ChosenTask("text_classification")


def test_outputs_are_standard_artifacts():
    outputs = _build(EvaluationConfig()).outputs
    assert {name: channel.type for name, channel in outputs.items()} == {
        "evaluation": ModelEvaluation,
        "blessing": ModelBlessing,
    }
