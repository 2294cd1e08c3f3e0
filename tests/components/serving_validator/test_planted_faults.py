"""A real export, sound and with each fault that training does not see, tried by a real server."""

import dataclasses
import pathlib
from collections.abc import Callable
from typing import Any

import keras_hub
import numpy as np
import pytest
import tensorflow as tf
import tensorflow_text as tf_text

from components.serving_validator.try_model import Demands, one_row_of_each_length, try_model
from components.serving_validator.validation import Validation
from models.export.expected_answers import ExpectedAnswer
from models.export.servable import Servable
from models.presets import load_backbone, load_vocabulary
from models.tasks.interface.chosen_task import ChosenTask
from models.tasks.interface.facts import Facts
from models.tasks.text_classification import TextClassification
from models.tokenisation.text_encoder import TextEncoder
from models.training.predict_texts import predict_texts
from serving.warm_up_requests import write_warm_up_requests

TASK = TextClassification()
LABELS = ("bad", "good", "so so")
WORDS = [
    "good",
    "great",
    "fine",
    "bad",
    "awful",
    "poor",
    "film",
    "movie",
    "food",
    "service",
    "the",
    "a",
    "was",
    "is",
    "very",
    "not",
]
ROWS = [{"text": " ".join(np.random.default_rng(seed).choice(WORDS, 1 + seed % 9))} for seed in range(40)]
SPEC = {"text": tf.io.FixedLenFeature([1], tf.string), "label": tf.io.FixedLenFeature([1], tf.string)}


@pytest.fixture(scope="module")
def facts(tiny_preset: str) -> Facts:
    return Facts(load_vocabulary(tiny_preset), LABELS)


@pytest.fixture(scope="module")
def network(tiny_preset: str, facts: Facts) -> Any:
    network = TASK.build_network(load_backbone(tiny_preset, "float32"), facts, dropout=0.5)
    for variable in network.trainable_variables:
        variable.assign(variable + np.random.default_rng(5).normal(0, 0.3, variable.shape).astype("float32"))
    return network


@pytest.fixture(scope="module")
def expected(network: Any, facts: Facts) -> list[ExpectedAnswer]:
    return predict_texts(TASK, facts, TextEncoder(facts.vocabulary, 12), network, ROWS)


@pytest.fixture
def export(network: Any, facts: Facts, transform_output: Any, tmp_path: pathlib.Path) -> Callable[..., pathlib.Path]:
    """Exports as the Trainer does, with what a test changes."""

    def run(servable: type[Servable] = Servable, **changes: Any) -> pathlib.Path:
        folder = tmp_path / "Format-Serving"
        used = changes.get("facts", facts)
        module = servable(
            TASK, used, network, changes.get("transform_output", transform_output), TextEncoder(used.vocabulary, 12)
        )
        tf.saved_model.save(module, str(folder), signatures=module.signatures())
        write_warm_up_requests(folder, one_row_of_each_length(ROWS))
        return folder

    return run


def _try(folder: pathlib.Path, expected: list[ExpectedAnswer], **demands: Any) -> Validation:
    return try_model(folder, expected, TASK, Demands(**{"tensorflow_serving_version": "2.20", **demands}))


def test_a_sound_model_passes_every_check(export: Any, expected: list[ExpectedAnswer]) -> None:
    validation = _try(export(), expected, latency_p99_ms=10_000)
    assert [(check.name, check.passed) for check in validation.checks] == [
        (name, True) for name in ("ops", "load", "parity", "rest", "latency")
    ]
    assert "answers 40 rows as the trained network did" in validation.reason
    assert [latency.texts for latency in validation.latencies] == ["0-50", "51-100"][: len(validation.latencies)]
    assert all(0 < each.p50_ms <= each.p95_ms <= each.p99_ms for each in validation.latencies)


def test_labels_permuted_at_export(export: Any, facts: Facts, expected: list[ExpectedAnswer]) -> None:
    validation = _try(export(facts=dataclasses.replace(facts, labels=("good", "so so", "bad"))), expected)
    assert (validation.checks[-1].name, validation.passed) == ("parity", False)
    assert "gRPC answers 40 of 40 rows otherwise than the trained network did" in validation.reason
    assert "label is " in validation.reason


def test_vocabulary_swapped_at_export(
    export: Any, build_transform_output: Any, tmp_path: pathlib.Path, expected: list[ExpectedAnswer]
) -> None:
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *reversed(WORDS)]
    preset = tmp_path / "other"
    load_backbone_of_words(words).save_to_preset(str(preset))
    keras_hub.models.BertTokenizer(words, lowercase=True).save_to_preset(str(preset))
    rows = [{"text": ["good film"], "label": ["good"]}]
    other = build_transform_output(ChosenTask("text_classification"), SPEC, rows, str(preset))
    validation = _try(export(transform_output=other), expected)
    assert (validation.checks[-1].name, validation.passed) == ("parity", False)


def test_an_op_that_the_target_server_lacks(export: Any, expected: list[ExpectedAnswer]) -> None:
    class Trimming(Servable):
        def answers_of_texts(self, texts: Any, signature: str = "serving_default") -> dict[str, tf.Tensor]:
            answers = super().answers_of_texts(texts, signature)
            words = tf.strings.split(texts["text"])
            (trimmed,) = tf_text.RoundRobinTrimmer(3).trim([words])
            return {**answers, "score": answers["score"] + 0 * tf.cast(tf.size(trimmed.values), tf.float32)}

    folder = export(Trimming)
    validation = _try(folder, expected, tensorflow_serving_version="2.19")
    assert [check.name for check in validation.checks] == ["ops"]
    assert (
        "TensorFlow Serving 2.19 lacks TFText>RoundRobinTrim (needs TensorFlow Serving 2.20 or later)"
        in validation.reason
    )
    assert _try(folder, expected).passed


def test_a_model_that_takes_a_second_for_each_call(export: Any, expected: list[ExpectedAnswer]) -> None:
    class Slow(Servable):
        def answers_of_texts(self, texts: Any, signature: str = "serving_default") -> dict[str, tf.Tensor]:
            answers = super().answers_of_texts(texts, signature)
            ends = tf.timestamp() + 1.0
            (now,) = tf.while_loop(lambda now: now < ends, lambda now: [tf.timestamp()], [tf.timestamp()])
            return {**answers, "score": answers["score"] + 0 * tf.cast(now, tf.float32)}

    validation = _try(export(Slow), expected[:8], latency_p99_ms=500)
    assert (validation.checks[-1].name, validation.passed) == ("latency", False)
    assert "took 1" in validation.reason
    assert "serving.latency_p99_ms allows 500 ms" in validation.reason


def test_a_corrupted_variables_file(export: Any, expected: list[ExpectedAnswer]) -> None:
    folder = export()
    (data,) = (folder / "variables").glob("variables.data*")
    data.write_bytes(data.read_bytes()[:1000])
    validation = _try(folder, expected)
    assert [(check.name, check.passed) for check in validation.checks] == [("ops", True), ("load", False)]
    assert "a server cannot load it: " in validation.reason
    assert "Read less bytes than requested" in validation.reason


def test_warm_up_requests_that_the_model_cannot_answer(export: Any, expected: list[ExpectedAnswer]) -> None:
    folder = export()
    path = folder / "assets.extra" / "tf_serving_warmup_requests"
    path.write_bytes(path.read_bytes()[:-10])
    validation = _try(folder, expected)
    assert (validation.checks[-1].name, validation.passed) == ("load", False)


def load_backbone_of_words(words: list[str]) -> Any:
    """A BERT as small as the one of `tiny_preset`."""
    return keras_hub.models.BertBackbone(
        vocabulary_size=len(words),
        num_layers=2,
        num_heads=2,
        hidden_dim=16,
        intermediate_dim=32,
        max_sequence_length=32,
    )
