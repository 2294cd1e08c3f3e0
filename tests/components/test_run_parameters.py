"""What is set for one run goes before the config, and a value that cannot be is refused."""

from typing import Any

import pytest

from components.evaluator.config import EvaluationConfig
from components.run_parameters import RUN_PARAMETERS, merged, properties_of_section, with_run_parameters
from components.text_example_gen.config import DataConfig
from models.config import Section, TrainingConfig
from models.user_error import UserError

SECTIONS: dict[str, Section] = {
    "data": DataConfig(path="rows.csv"),
    "training": TrainingConfig(epochs=7, learning_rate=1e-4),
    "evaluation": EvaluationConfig(
        slices=("channel",), thresholds=({"metric": "accuracy", "at_least": 0.9, "slice": {"channel": "fax"}},)
    ),
}


@pytest.mark.parametrize("name", SECTIONS)
def test_the_configs_own_values_change_nothing(name: str) -> None:
    own = {each.name: each.property_of(SECTIONS[name]) for each in RUN_PARAMETERS if each.section == name}
    assert own
    assert with_run_parameters(name, SECTIONS[name], own) == SECTIONS[name]
    assert set(properties_of_section(name)) == set(own)


def test_without_any_the_config_is_as_it_was() -> None:
    assert with_run_parameters("training", SECTIONS["training"], {"run_fn": "a.b"}) == SECTIONS["training"]


def test_what_is_set_goes_before_the_config() -> None:
    training = with_run_parameters(
        "training", TrainingConfig(epochs=7), {"training_epochs": 2, "evaluation_split": "test"}
    )
    assert training == TrainingConfig(epochs=2)
    thresholds = '[{"metric": "f1_macro", "at_least": 0.5}]'
    evaluation = with_run_parameters(
        "evaluation", EvaluationConfig(), {"evaluation_thresholds": thresholds, "evaluation_split": "test"}
    )
    assert evaluation.split == "test"
    assert [(each.metric, each.at_least) for each in evaluation.thresholds] == [("f1_macro", 0.5)]
    assert merged("evaluation", {"confidence": 0.9}, {"evaluation_thresholds": "[]"}) == {
        "confidence": 0.9,
        "thresholds": [],
    }


@pytest.mark.parametrize(
    ("name", "properties", "message"),
    [
        ("training", {"training_epochs": 0}, r"this run's parameters: training\.epochs: .*greater than or equal to 1"),
        ("training", {"training_learning_rate": -1.0}, r"training\.learning_rate"),
        ("evaluation", {"evaluation_thresholds": "[{"}, "evaluation_thresholds is not JSON"),
        ("evaluation", {"evaluation_thresholds": "accuracy"}, r"evaluation\.thresholds"),
        ("evaluation", {"evaluation_thresholds": '[{"metric": "accuracy"}]'}, r"evaluation\.thresholds\.0"),
        ("evaluation", {"evaluation_split": ""}, r"evaluation\.split"),
    ],
)
def test_what_the_field_cannot_be_is_refused(name: str, properties: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        with_run_parameters(name, SECTIONS[name], properties)
