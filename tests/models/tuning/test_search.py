"""What is tried: the space, the oracle's choices, and what of them survives a kill."""

import pathlib
from typing import Any

import pytest

from models.config import ModelConfig, TrainingConfig
from models.tasks.interface.evaluation import Monitor
from models.tuning.config import SpaceConfig, TuningConfig
from models.tuning.journal import Journal
from models.tuning.oracle import build_oracle
from models.tuning.search_space import SearchSpace
from models.tuning.trial_record import TrialRecord
from models.tuning.trial_settings import own_values, tokenisations, trial_settings

MONITOR = Monitor("accuracy", "max")
SPACE = {
    "learning_rate": {"min": 1e-5, "max": 3e-4, "log": True},
    "epochs": {"min": 1, "max": 4},
    "batch_size": [16, 32],
    "freeze": ["none", 2, "all"],
}


def _oracle(folder: pathlib.Path, training: TrainingConfig, **settings: Any) -> Any:
    tuning = TuningConfig.model_validate({"space": SPACE, **settings})
    space = SearchSpace(tuning.space, own_values(tuning.space, ModelConfig(), training))
    oracle = build_oracle(tuning, MONITOR, space, Journal(str(folder)))
    # What keras-tuner's tuners do.
    oracle._set_project_dir(str(folder / "keras_tuner"), "search")
    return oracle


def _search(
    folder: pathlib.Path, num_trials: int, training: TrainingConfig | None = None, **settings: Any
) -> list[Any]:
    """Runs trials whose accuracy is a rule of their values; gives these values."""
    oracle, journal = _oracle(folder, training or TrainingConfig(), **settings), Journal(str(folder))
    for _ in range(num_trials):
        trial = oracle.create_trial("tuner")
        if trial.status == "STOPPED":
            break
        values = journal.known_values(int(trial.trial_id) + 1)
        assert values is not None
        oracle.update_trial(trial.trial_id, {"val_accuracy": 0.5 + values["learning_rate"] * 1e3})
        trial.status = "COMPLETED"
        oracle.end_trial(trial)
    known = (journal.known_values(number) for number in range(1, num_trials + 1))
    return [values for values in known if values]


@pytest.mark.parametrize("algorithm", ["quasi_random", "bayesian"])
def test_the_first_trial_is_the_configs_own_and_the_others_are_of_the_space(
    tmp_path: pathlib.Path, algorithm: str
) -> None:
    first, *others = _search(tmp_path, 7, TrainingConfig(batch_size=64, learning_rate=1e-3), algorithm=algorithm)
    assert first == {"learning_rate": 1e-3, "epochs": 3, "batch_size": 64, "freeze": "none"}
    for values in others:
        assert 1e-5 <= values["learning_rate"] <= 3e-4
        assert values["learning_rate"] == float(f"{values['learning_rate']:.2e}")
        assert values["epochs"] in (1, 2, 3, 4)
        assert values["batch_size"] in (16, 32)
        assert values["freeze"] in ("none", 2, "all")
    assert len({tuple(values.values()) for values in others}) == 6


@pytest.mark.parametrize("algorithm", ["quasi_random", "bayesian"])
def test_a_search_in_several_processes_chooses_what_one_would(tmp_path: pathlib.Path, algorithm: str) -> None:
    undisturbed = _search(tmp_path / "a", 7, algorithm=algorithm)
    for num_trials in (2, 5, 7):
        resumed = _search(tmp_path / "b", num_trials, algorithm=algorithm)
    assert resumed == undisturbed
    assert _search(tmp_path / "c", 3, algorithm=algorithm, seed=7) != undisturbed[:3]


def test_a_gaussian_process_learns_where_it_is_good(tmp_path: pathlib.Path) -> None:
    found = _search(tmp_path, 6, algorithm="bayesian", space={"learning_rate": SPACE["learning_rate"]})
    assert max(values["learning_rate"] for values in found[1:4]) < 2.5e-4
    assert max(values["learning_rate"] for values in found[4:6]) > 2.9e-4


def test_a_small_space_is_tried_once_and_no_more(tmp_path: pathlib.Path) -> None:
    found = _search(tmp_path, 12, trials=12, space={"batch_size": [16, 32], "epochs": [3], "learning_rate": [5e-5]})
    assert [values["batch_size"] for values in found] == [32, 16]


def test_settings_of_a_trial_change_the_sections_that_have_them() -> None:
    model, training = trial_settings(
        {"sequence_length": 64, "learning_rate": 1e-4}, ModelConfig(dropout=0.2), TrainingConfig(epochs=7)
    )
    assert (model.sequence_length, model.dropout) == (64, 0.2)
    assert (training.learning_rate, training.epochs) == (1e-4, 7)


def test_texts_are_tokenised_for_each_preset_and_length() -> None:
    space = SpaceConfig(sequence_length=(64, 128), preset=("bert_tiny_en_uncased",))
    found = [(model.preset, model.sequence_length) for model in tokenisations(space, ModelConfig())]
    assert found[0] == ("minilm_l6_en", 128)
    assert set(found[1:]) == {("minilm_l6_en", 64), ("bert_tiny_en_uncased", 64), ("bert_tiny_en_uncased", 128)}
    assert len(found) == 4


def test_the_journal_gives_back_what_was_written(tmp_path: pathlib.Path) -> None:
    journal = Journal(str(tmp_path))
    assert journal.values_of(1, lambda: {"epochs": 2}) == {"epochs": 2}
    assert journal.values_of(1, lambda: {"epochs": 3}) == {"epochs": 2}
    journal.add_epoch(1, 0, {"val_accuracy": 0.5})
    journal.add_epoch(1, 1, {"val_accuracy": 0.25})
    assert list(journal.add_epoch(1, 1, {"val_accuracy": 0.75})) == [0, 1]
    assert journal.record_of(1) is None
    pathlib.Path(journal.training_folder(1)).mkdir()
    record = TrialRecord(1, {"epochs": 2}, "done", 0.75, {"val_accuracy": 0.75}, 2, [0.5, 0.75], 1.5)
    journal.end(record)
    assert journal.records() == [record]
    assert not pathlib.Path(journal.training_folder(1)).exists()
