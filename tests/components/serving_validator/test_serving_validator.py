"""ServingValidator's executor on a real export: what it leaves, tried or not."""

import pathlib
from collections.abc import Callable
from typing import Any

import pytest
import tensorflow as tf
from tfx.types import standard_artifacts

from components.serving_validator.artifact import ServingValidation
from components.serving_validator.executor import Executor
from components.serving_validator.validation import Validation, read_validation
from components.trainer.artifact import Predictions
from models.export.expected_answers import ExpectedAnswer, write_expected_answers
from models.tasks.interface.chosen_task import ChosenTask


class OneLabel(tf.Module):
    """Says of every text that it is good."""

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="text")])
    def answer(self, text: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"label": tf.fill([tf.size(text)], "good"), "score": tf.fill([tf.size(text)], 1.0)}


def artifact(kind: type[Any], uri: pathlib.Path, **properties: int) -> list[Any]:
    instance = kind()
    instance.uri = str(uri)
    for name, value in properties.items():
        instance.set_int_custom_property(name, value)
    return [instance]


@pytest.fixture
def validate(tmp_path: pathlib.Path) -> Callable[..., tuple[Validation, int, pathlib.Path]]:
    """Executes the component; returns what it found, its blessing, and the model that it leaves."""

    def run(answers: list[ExpectedAnswer], blessed: int = 1, **properties: Any) -> tuple[Validation, int, pathlib.Path]:
        module = OneLabel()
        model = tmp_path / "model"
        tf.saved_model.save(module, str(model / "Format-Serving"), signatures={"serving_default": module.answer})
        write_expected_answers(str(tmp_path / "predictions"), answers)
        outputs = {
            "validated_model": artifact(standard_artifacts.Model, tmp_path / "validated"),
            "validation": artifact(ServingValidation, tmp_path / "validation"),
            "blessing": artifact(standard_artifacts.InfraBlessing, tmp_path / "blessing"),
        }
        inputs = {
            "model": artifact(standard_artifacts.Model, model),
            "model_blessing": artifact(standard_artifacts.ModelBlessing, tmp_path / "judged", blessed=blessed),
            "predictions": artifact(Predictions, tmp_path / "predictions"),
        }
        chosen = {
            "task": ChosenTask("text_classification").to_json(),
            "validate": 1,
            "tensorflow_serving_version": "2.20",
            "latency_p99_ms": 0.0,
        }
        Executor().Do(inputs, outputs, {**chosen, **properties})
        blessing = outputs["blessing"][0].get_int_custom_property("blessed")
        return read_validation(str(tmp_path / "validation")), blessing, tmp_path / "validated" / "Format-Serving"

    return run


ANSWERS = [ExpectedAnswer({"text": f"text {number}"}, {"label": "good", "score": 1.0}) for number in range(9)]


@pytest.mark.parametrize(
    ("answers", "properties", "skipped"),
    [
        (ANSWERS, {"blessed": 0}, "it was refused before"),
        (ANSWERS, {"validate": 0}, "serving.validate_served is off"),
        ([], {}, "no row of eval has texts to ask for"),
    ],
)
def test_what_is_not_tried_goes_on_as_it_is(
    validate: Any, answers: list[ExpectedAnswer], properties: dict[str, Any], skipped: str
) -> None:
    validation, blessing, model = validate(answers, **properties)
    assert (validation.skipped, validation.checks, blessing) == (skipped, (), 1)
    assert (model / "saved_model.pb").is_file()
    assert not (model / "assets.extra" / "tf_serving_warmup_requests").exists()


def test_a_model_that_answers_as_the_trained_one_did_gets_warm_up_requests(validate: Any) -> None:
    validation, blessing, model = validate(ANSWERS)
    assert [(check.name, check.passed) for check in validation.checks] == [
        (name, True) for name in ("ops", "load", "parity", "rest", "latency")
    ]
    assert set(validation.batch_ms) == {1, 8, 32}
    assert all(0 < taken < 3000 for taken in validation.batch_ms.values())
    assert blessing == 1
    assert (model / "assets.extra" / "tf_serving_warmup_requests").is_file()


def test_another_answer_is_no_blessing(validate: Any) -> None:
    validation, blessing, _ = validate([*ANSWERS, ExpectedAnswer({"text": "rude"}, {"label": "bad", "score": 1.0})])
    assert (validation.passed, blessing) == (False, 0)
    assert "parity: gRPC answers 1 of 10 rows otherwise" in validation.reason
