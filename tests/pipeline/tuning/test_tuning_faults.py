"""A wrong section `tuning` is told like any other: with the line, the rule and the way out."""

import pathlib

import pytest

from models.user_error import UserError
from pipeline.config_files.load_config import load_config

HEAD = "name: x\ntask: text_classification\ndata: {path: rows.csv}\n"


def _faults(folder: pathlib.Path, text: str) -> list[str]:
    path = folder / "config.yaml"
    path.write_text(HEAD + text)
    with pytest.raises(UserError) as caught:
        load_config(path)
    return str(caught.value).splitlines()[1:]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("learning_rate: {min: 1.0e-3, max: 1.0e-5}", "min: 0.001 is not less than max, 1e-05"),
        ("learning_rate: {min: 0, max: 1.0e-5, log: true}", "a logarithmic range is of numbers above 0, not from 0"),
        ("learning_rate: 1.0e-3", "is a list of values, such as [16, 32], or a range, such as {min: 1, max: 4}"),
        ("learning_rate: [-1.0e-3]", "learning_rate: -0.001 cannot be training.learning_rate: input should be greater"),
        ("learning_rat: [1.0e-3]", "there is no such field; did you mean 'learning_rate'?"),
        ("epochs: {min: 1, max: 2.5}", "must be a whole number (got 2.5)"),
        ("epochs: {min: 1, maxi: 2}", "there is no such field; did you mean 'max'?"),
        ("batch_size: []", "batch_size"),
        ("freeze: [some]", "'some' cannot be training.freeze: is none, embeddings, all or a number"),
        ("sequence_length: [4]", "4 cannot be model.sequence_length: input should be greater than or equal to 8"),
        ("sequence_length: {min: 8, max: 16}", "is a list of values, such as [64, 128]"),
    ],
)
def test_a_wrong_space_is_told_with_its_line(tmp_path: pathlib.Path, text: str, expected: str) -> None:
    (fault,) = _faults(tmp_path, f"tuning:\n  trials: 3\n  space:\n    {text}\n")
    assert fault.startswith("  line 7: tuning.space.")
    assert expected in fault


def test_an_empty_space_and_wrong_numbers_are_told(tmp_path: pathlib.Path) -> None:
    faults = _faults(tmp_path, "tuning:\n  trials: 1\n  parallel_trials: all\n  space: {}\n")
    assert [fault.split(":")[1].strip() for fault in faults] == [
        "tuning.trials",
        "tuning.parallel_trials",
        "tuning.space",
    ]
    assert "names nothing to try out" in faults[2]


def test_a_setting_that_the_task_has_not_is_told(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(
        HEAD.replace("text_classification", "text_regression") + "tuning: {space: {label_smoothing: [0.1]}}\n"
    )
    with pytest.raises(UserError, match=r"line 4: tuning\.space\.label_smoothing: the loss of text_regression has no"):
        load_config(path)


def test_presets_of_a_space_are_relative_to_the_config(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(HEAD + "tuning: {space: {preset: [./own, minilm_l6_en]}}\n")
    assert load_config(path).tuning.space.preset == (str(tmp_path / "own"), "minilm_l6_en")


def test_without_a_space_three_settings_are_tried(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(HEAD)
    assert list(load_config(path).tuning.space.dimensions()) == ["learning_rate", "epochs", "batch_size"]
