"""Trainings that start from an earlier model's weights."""

import dataclasses
import pathlib
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import pytest

from models.export.kept_weights import WEIGHTS_FOLDER, KeptWeights
from models.presets import load_backbone
from models.tasks.interface.facts import Facts
from models.tasks.interface.task import Task
from models.tasks.text_classification import TextClassification
from models.tasks.token_classification import TokenClassification
from models.training.low_rank_adaptation import add_low_rank_matrices, plain_weights
from models.training.starting_weights import FoundModel, choose_start, read_start
from models.training.warm_start import WarmStart, with_units

OLD = ("bad", "good")
NEW = ("awful", "bad", "great")
"""Another number of labels; the one that stays has another place, and one of each side is in the other's."""


@pytest.mark.parametrize(
    ("units", "other_units", "expected"),
    [
        (("a", "b"), ("a", "b"), [10, 20]),
        (("a", "b"), ("b", "a"), [20, 10]),
        (("0", "a", "b"), ("a", "b"), [1, 10, 20]),
        (("b",), ("a", "b"), [20]),
        (("x", "y"), ("a", "b"), [1, 2]),
    ],
)
def test_units_are_taken_over_by_name(units: Sequence[str], other_units: Sequence[str], expected: list[float]) -> None:
    values, other = np.arange(1.0, len(units) + 1), np.arange(10.0, 10 * len(other_units) + 1, 10)
    for shape in ((1,), (3, 1)):
        taken = with_units(values * np.ones(shape), units, other * np.ones(shape), other_units)
        assert (taken == np.array(expected, float) * np.ones(shape)).all()


def _facts(vocabulary: Any, labels: Sequence[str]) -> Facts:
    return Facts(vocabulary, tuple(labels))


def _network(preset: str, task: Task, facts: Facts, seed: int, lora_rank: int | None = None) -> keras.Model:
    keras.utils.set_random_seed(seed)
    backbone = load_backbone(preset, "float32")
    if lora_rank:
        add_low_rank_matrices(backbone, lora_rank)
    network = task.build_network(backbone, facts, dropout=0.1)
    for weight in plain_weights(network):
        weight.assign(weight + 0.1 * np.random.default_rng(seed).standard_normal(weight.shape))
    return network


@pytest.fixture
def vocabulary(tiny_training: Any, tiny_preset: str) -> Any:
    return tiny_training.fine_tuning(tiny_preset).facts.vocabulary


def _kept(network: keras.Model, task: Task, facts: Facts) -> KeptWeights:
    return KeptWeights.of_network(network, task.name, facts.labels, facts.vocabulary.digest)


@pytest.mark.parametrize("lora_rank", [None, 2])
@pytest.mark.parametrize("task", [TextClassification(), TokenClassification()], ids=lambda task: task.name)
def test_weights_and_labels_go_over_and_new_labels_keep_what_they_began_with(
    tiny_preset: str, vocabulary: Any, tmp_path: pathlib.Path, task: Task, lora_rank: int | None
) -> None:
    old, new = _facts(vocabulary, OLD), _facts(vocabulary, NEW)
    before = _network(tiny_preset, task, old, seed=1)
    _kept(before, task, old).write(str(tmp_path))
    kept = KeptWeights.read(tmp_path / WEIGHTS_FOLDER)
    after = _network(tiny_preset, task, new, seed=2, lora_rank=lora_rank)
    fresh = [weight.numpy() for weight in after.get_layer("logits").weights]
    start = WarmStart(kept, task, new)
    assert start.fault(after) is None
    start.give_to(after)
    assert start.labels_without_weights() == ("awful", "great")
    head = {id(weight) for weight in after.get_layer("logits").weights}
    for mine, theirs in zip(plain_weights(after), before.weights, strict=True):
        assert id(mine) in head or np.array_equal(mine.numpy(), theirs.numpy())
    places, old_places = (
        {unit: place for place, unit in enumerate(task.label_units(labels)["logits"])} for labels in (NEW, OLD)
    )
    assert places["bad" if "bad" in places else "B-bad"] != old_places["bad" if "bad" in places else "B-bad"]
    for weight, began, taken_from in zip(
        after.get_layer("logits").weights, fresh, before.get_layer("logits").weights, strict=True
    ):
        for unit, place in places.items():
            expected = taken_from.numpy()[..., old_places[unit]] if unit in old_places else began[..., place]
            assert np.array_equal(weight.numpy()[..., place], expected), unit


def test_a_training_begins_with_them(tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path) -> None:
    tuning = tiny_training.fine_tuning(tiny_preset, epochs=4)
    data = tiny_training.training_data()
    trained = tuning.run(data, str(tmp_path / "first"))
    kept = _kept(trained, tuning.task, tuning.facts)
    slow = tiny_training.fine_tuning(tiny_preset, epochs=1, learning_rate=1e-9)
    started = dataclasses.replace(slow, start=WarmStart(kept, slow.task, slow.facts))
    again = started.run(data, str(tmp_path / "second"))
    cold = slow.run(data, str(tmp_path / "third"))
    assert tiny_training.accuracy(again, tiny_training.rows(2)) > 0.95
    assert tiny_training.accuracy(cold, tiny_training.rows(2)) < 0.8


def test_a_training_that_only_harms_ends_where_it_began(
    tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path
) -> None:
    tuning = tiny_training.fine_tuning(tiny_preset, epochs=4)
    trained = tuning.run(tiny_training.training_data(), str(tmp_path / "first"))
    kept = _kept(trained, tuning.task, tuning.facts)
    harmful = tiny_training.fine_tuning(tiny_preset, epochs=1, learning_rate=1.0, warmup_fraction=0)
    harmful = dataclasses.replace(harmful, start=WarmStart(kept, harmful.task, harmful.facts))
    network = harmful.run(tiny_training.training_data(), str(tmp_path / "second"))
    assert all(np.array_equal(a, b) for a, b in zip(network.get_weights(), trained.get_weights(), strict=True))


def test_a_training_with_a_new_label_does_not_end_where_it_began(
    tiny_training: Any, tiny_preset: str, tmp_path: pathlib.Path
) -> None:
    data = tiny_training.training_data()
    tuning = tiny_training.fine_tuning(tiny_preset, epochs=4)
    trained = tuning.run(data, str(tmp_path / "first"))
    kept = _kept(trained, tuning.task, tuning.facts)
    harmful = tiny_training.fine_tuning(tiny_preset, epochs=1, learning_rate=1.0, warmup_fraction=0)
    facts = _facts(tuning.facts.vocabulary, (*tuning.facts.labels, "zero rows of eval have it"))
    start = WarmStart(kept, harmful.task, facts)
    network = dataclasses.replace(harmful, facts=facts, start=start).run(data, str(tmp_path / "second"))
    backbones = (
        layer.get_weights() for model in (network, trained) for layer in model.layers if isinstance(layer, keras.Model)
    )
    assert not any(np.array_equal(a, b) for a, b in zip(*backbones, strict=True))


def test_equal_weights_are_equal_files(tiny_preset: str, vocabulary: Any, tmp_path: pathlib.Path) -> None:
    facts, task = _facts(vocabulary, OLD), TextClassification()
    contents = []
    for name in ("one", "two"):
        # Keras gives layers other numbers each time.
        _kept(_network(tiny_preset, task, facts, seed=1), task, facts).write(str(tmp_path / name))
        (path,) = (path for path in (tmp_path / name).rglob("*") if path.is_file())
        contents.append(path.read_bytes())
    assert contents[0] == contents[1]


def _without_hook() -> Task:
    class Mute(TextClassification):
        def label_units(self, labels: Sequence[str]) -> dict[str, tuple[str, ...]]:
            return {}

    return Mute()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"task": "text_regression"}, "its task is text_regression, not text_classification"),
        ({"vocabulary": "another"}, "its vocabulary is another one"),
        ({"names": ("a",), "values": (np.zeros(1),)}, "its network has other layers"),
    ],
)
def test_what_does_not_fit_is_told(tiny_preset: str, vocabulary: Any, change: dict[str, Any], expected: str) -> None:
    task, facts = TextClassification(), _facts(vocabulary, OLD)
    network = _network(tiny_preset, task, facts, seed=1)
    kept = dataclasses.replace(_kept(network, task, facts), **change)
    assert WarmStart(kept, task, facts).fault(network) == expected


def test_other_sizes_do_not_fit(tiny_preset: str, vocabulary: Any) -> None:
    task, facts = TextClassification(), _facts(vocabulary, OLD)
    network = _network(tiny_preset, task, facts, seed=1)
    kept = _kept(network, task, facts)
    values = tuple(value[:-1] if name == "logits/kernel" else value for name, value in _named(kept))
    fault = WarmStart(dataclasses.replace(kept, values=values), task, facts).fault(network)
    assert fault == "its logits/kernel has the shape (15, 2), not (16, 2)"


def test_a_task_that_does_not_know_its_units_starts_with_equal_labels_only(tiny_preset: str, vocabulary: Any) -> None:
    task, old = _without_hook(), _facts(vocabulary, OLD)
    network = _network(tiny_preset, task, old, seed=1)
    kept = _kept(network, task, old)
    assert WarmStart(kept, task, old).fault(network) is None
    others = _facts(vocabulary, ("bad", "great"))
    fault = WarmStart(kept, task, others).fault(_network(tiny_preset, task, others, seed=1))
    assert fault == "its labels are others, and text_classification does not say which weights belong to labels"


def _named(kept: KeptWeights) -> list[tuple[str, Any]]:
    return list(zip(kept.names, kept.values, strict=True))


def test_what_it_starts_from_is_told(
    tiny_training: Any, tiny_preset: str, vocabulary: Any, tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    task, facts = TextClassification(), _facts(vocabulary, NEW)
    model = tiny_training.fine_tuning(tiny_preset).model
    old = _facts(vocabulary, OLD)
    _kept(_network(tiny_preset, task, old, seed=1), task, old).write(str(tmp_path))
    folder = str(tmp_path / WEIGHTS_FOLDER)
    assert choose_start(None, task, facts, model).sentence == ""
    assert choose_start(FoundModel(), task, facts, model).weights is None
    for name, each in (("nothing", task), (WEIGHTS_FOLDER, TokenClassification())):
        assert (
            choose_start(FoundModel("version 3 in service", str(tmp_path / name)), each, facts, model).weights is None
        )
    chosen = choose_start(FoundModel("version 3 in service", folder), task, facts, model)
    assert chosen.weights is not None
    chosen.write(str(tmp_path / "events"))
    assert read_start(str(tmp_path / "events")) == chosen.sentence
    assert read_start(str(tmp_path)) == ""
    told = [record.getMessage() for record in caplog.records if record.name == "models.training.progress"]
    assert told == [
        f"starts from the preset {tiny_preset}: no model is in service",
        f"starts from the preset {tiny_preset}: version 3 in service was exported without weights to go on from",
        f"starts from the preset {tiny_preset}: version 3 in service does not fit: its task is text_classification, "
        "not token_classification",
        "starts from version 3 in service; new labels: 2 (awful, great)",
    ]
