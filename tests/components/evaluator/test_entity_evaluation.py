"""The metrics of named entities, counted by TFMA on models whose entities are known, against seqeval's."""

import json
import pathlib
from collections.abc import Callable
from typing import Any

import pytest
import tensorflow as tf

from models.export.description import ModelDescription
from models.named_entities.entity_strings import entity_string, parse_entities
from models.named_entities.tag_schemes import entities_of_tags
from models.tasks.interface.chosen_task import ChosenTask

GOLDEN = json.loads(pathlib.Path(__file__).with_name("entity_scores.json").read_text())
SCORES = GOLDEN["scores"]
TYPES = tuple(sorted(name for name in SCORES if name != "micro avg"))
TASK = ChosenTask.of("token_classification", {}, ())
METRICS = ("f1", "precision", "recall", "num_entities")


class WrittenEntities(tf.Module):
    """Finds the entities that the text lists, but for those of some type."""

    def __init__(self, blind_to: str) -> None:
        super().__init__()
        self._blind_to = blind_to

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def serve_examples(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        text = tf.io.parse_example(examples, {"text": tf.io.FixedLenFeature([], tf.string)})["text"]
        listed = tf.strings.split(text, ";")
        listed = tf.ragged.boolean_mask(listed, listed != "-")
        start, end, kind = (listed.with_values(each) for each in parse_entities(listed.values))
        is_seen = kind != self._blind_to
        start, end, kind = (tf.ragged.boolean_mask(each, is_seen) for each in (start, end, kind))
        return {
            "types": kind.to_tensor(),
            "texts": kind.to_tensor(),
            "starts": tf.cast(start.to_tensor(-1), tf.int32),
            "ends": tf.cast(end.to_tensor(-1), tf.int32),
            "scores": tf.ones_like(kind.to_tensor(), tf.float32),
            "num_entities": tf.cast(kind.row_lengths(), tf.int32),
        }


@pytest.fixture
def build(tmp_path: pathlib.Path) -> Callable[..., pathlib.Path]:
    def build(name: str, blind_to: str = "") -> pathlib.Path:
        folder, module = tmp_path / name / "Format-Serving", WrittenEntities(blind_to)
        tf.saved_model.save(module, str(folder), signatures={"serve_examples": module.serve_examples})
        ModelDescription(TASK, TYPES, "tiny", 8).write(str(folder))
        return folder

    return build


def _rows() -> list[dict[str, Any]]:
    rows = []
    for sentence in GOLDEN["sentences"]:
        true, predicted = (
            tuple(entity_string(entity) for entity in entities_of_tags(sentence[side].split()))
            for side in ("true", "predicted")
        )
        source = "rare" if any(b"very-rare" in entity for entity in true) else "common"
        rows.append({"text": b";".join([b"-", *predicted]), "entities": true, "source": source})
    return rows


def _expected() -> dict[str, float]:
    overall = {metric: SCORES["micro avg"][metric] for metric in METRICS}
    of_types = {f"{metric}/{name}": SCORES[name][metric] for metric in METRICS for name in TYPES}
    return {**overall, **of_types}


def test_metrics_are_those_of_seqeval(build: Any, evaluate: Any) -> None:
    thresholds = [{"metric": "f1", "at_least": 0.3}, {"metric": "f1/PER", "at_least": 0.99}]
    found = evaluate(_rows(), build("candidate"), chosen_task=TASK, slices=["source"], thresholds=thresholds).verdict
    values = dict(found.overall())
    assert values.pop("example_count") == len(GOLDEN["sentences"])
    assert values == pytest.approx(_expected(), abs=1e-6)
    assert list(values) == list(_expected())
    assert [check.passed for check in found.thresholds] == [True, False]
    assert found.thresholds[1].value == pytest.approx(SCORES["PER"]["f1"], abs=1e-6)


def test_slices_have_the_types_that_occur_in_them(build: Any, evaluate: Any) -> None:
    found = evaluate(_rows(), build("candidate", blind_to="very-rare"), chosen_task=TASK, slices=["source"]).verdict
    by_source = {part.slice.get("source"): part.candidate for part in found.metrics}
    assert "f1/very-rare" not in by_source["common"]
    assert by_source["rare"]["recall/very-rare"] == by_source["rare"]["precision/very-rare"] == 0
    assert by_source["rare"]["num_entities/very-rare"] == SCORES["very-rare"]["num_entities"]
    parts = by_source["common"], by_source["rare"]
    assert sum(part["num_entities"] for part in parts) == SCORES["micro avg"]["num_entities"]


def test_the_model_in_service_is_measured_beside_it(build: Any, evaluate: Any) -> None:
    thresholds = [
        {"metric": "f1/LOC", "at_most_below_current": 0.0},
        {"metric": "f1/PER", "at_least_above_current": 0.01},
    ]
    candidate, current = build("candidate"), build("current", blind_to="PER")
    found = evaluate(_rows(), candidate, current, chosen_task=TASK, thresholds=thresholds).verdict
    baseline = found.metrics[0].baseline
    # Nor are there TFMA's differences between the two models.
    assert set(found.overall()) == {*_expected(), "example_count"}
    assert found.overall()["f1"] == pytest.approx(SCORES["micro avg"]["f1"], abs=1e-6)
    assert (baseline["f1/PER"], baseline["num_entities/PER"]) == (0, SCORES["PER"]["num_entities"])
    assert baseline["f1/LOC"] == pytest.approx(SCORES["LOC"]["f1"], abs=1e-6)
    assert found.blessed
