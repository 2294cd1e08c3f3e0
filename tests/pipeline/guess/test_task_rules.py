from collections.abc import Sequence

import pytest

from components.evaluator.config import EvaluationConfig, fault_of_thresholds
from models.tasks.interface.contract import Features
from models.tasks.interface.registry import task_named
from models.user_error import UserError
from pipeline.guess.column_profile import profile_column
from pipeline.guess.task_rules import RULES, rule_named
from pipeline.guess.training_section import guess_training

ROWS: Sequence[Features] = [
    {"label": b"a", "labels": (b"a", b"b"), "score": 1.0},
    {"label": b"b", "labels": (), "score": 2.0},
]


@pytest.mark.parametrize("name", [rule.name for rule in RULES])
def test_a_rule_fits_its_task(name: str) -> None:
    rule, task = rule_named(name), task_named(name)
    for rows in (ROWS, *([[{}]] if not rule.needs_target() else [])):
        thresholds = rule.thresholds(rows, 100)
        assert fault_of_thresholds(EvaluationConfig.model_validate({"thresholds": thresholds.rules}), task) is None
    assert rule.metric in task.evaluation().metrics
    assert rule.target is None or rule.target.column in {column.name for column in task.columns}
    for length in rule.length.choices():
        assert task.fault_of_sequence_length(length) is None
    guess_training(1000, True, rule.training)


def test_a_task_from_outside_has_none() -> None:
    with pytest.raises(UserError, match=r"writes configs for text_classification, .* only; write this one by hand"):
        rule_named("models.tasks.text_regression:TextRegression")


@pytest.mark.parametrize(
    ("texts", "options"),
    [
        (["one line of text", "two lines\nof text"], {}),
        (["one line of text", "another line of text", "two lines\nof text"], {"next_sentence": False}),
    ],
)
def test_what_follows_is_learnt_from_texts_of_several_lines(texts: list[str], options: dict[str, object]) -> None:
    assert rule_named("masked_lm").options([profile_column("text", texts)], ()) == options
