"""The model card."""

import dataclasses

import pytest

from components.evaluator.verdict import Baseline, SliceMetrics, ThresholdCheck, Verdict
from components.report.config import ModelCardConfig
from components.report.model_card import ModelCardFacts, model_card
from models.export.description import ModelDescription
from models.tasks.interface.chosen_task import ChosenTask


@pytest.fixture
def facts() -> ModelCardFacts:
    metrics = (
        SliceMetrics({}, {"accuracy": 0.93, "example_count": 200.0}, None, {"accuracy": (0.9, 0.96)}),
        SliceMetrics({"channel": "mail|<b>"}, {"accuracy": None, "example_count": 3.0}, None),
    )
    check = ThresholdCheck("accuracy", {}, "at_least", 0.9, 0.93, None, False, True, "accuracy is 0.93")
    return ModelCardFacts(
        name="tickets",
        version=4,
        date="2026-01-02",
        run="2026-01-02T03-04-05",
        description=ModelDescription(ChosenTask("text_classification"), ("a", "b_c"), "minilm_l6_en", 128),
        verdict=Verdict(True, "1 of 1 thresholds hold.", Baseline(), (check,), metrics),
        split="test",
        examples={"train": 1000, "test": 200},
        path="/serving/tickets/4",
    )


def test_it_has_the_toolkits_sections(facts: ModelCardFacts) -> None:
    headings = [line for line in model_card(facts, ModelCardConfig()).splitlines() if line.startswith("#")]
    assert headings == [
        "# Model card: tickets",
        "## Model details",
        "## Model parameters",
        "## Quantitative analysis",
        "## Considerations",
    ]


def test_it_says_what_the_run_knows(facts: ModelCardFacts) -> None:
    lines = model_card(facts, ModelCardConfig()).splitlines()
    assert "- **Version**: 4, of 2026-01-02, made by run 2026-01-02T03-04-05" in lines
    assert "- **Data**: train: 1,000 examples, test: 200 examples" in lines
    assert "- **Output format**: labels: a, b\\_c" in lines
    assert "| accuracy | all rows | 0.9300 | 0.9000 to 0.9600 |" in lines
    assert "| accuracy is 0.93 | held |" in lines


def test_it_says_what_people_said_and_what_they_did_not(facts: ModelCardFacts) -> None:
    text = model_card(facts, ModelCardConfig(owners=("Ann", "Bob"), limitations="Short\ntexts."))
    assert "- **Owners**: Ann, Bob" in text
    assert "- **Limitations**: Short texts." in text
    assert "- **Ethical considerations**: (not said)" in text


def test_names_of_the_data_mean_nothing_in_markdown(facts: ModelCardFacts) -> None:
    text = model_card(facts, ModelCardConfig())
    assert "| accuracy | channel=mail\\|&lt;b> | – |  |" in text


def test_many_labels_are_cut(facts: ModelCardFacts) -> None:
    labels = tuple(f"label{number}" for number in range(60))
    description = dataclasses.replace(facts.description, labels=labels)
    assert "label49 and 10 more" in model_card(dataclasses.replace(facts, description=description), ModelCardConfig())
