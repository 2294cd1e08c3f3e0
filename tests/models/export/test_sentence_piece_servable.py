"""Every task that reads SentencePiece's units, exported and loaded again: a batch answers as each row by itself."""

import pathlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from models.export.servable import Servable
from models.presets import load_backbone, load_vocabulary
from models.tasks.interface.chosen_task import ChosenTask
from models.tasks.interface.facts import Facts
from models.tokenisation.text_encoder import TextEncoder

TEXT, LABELS = tf.io.FixedLenFeature([1], tf.string), tf.io.VarLenFeature(tf.string)
NUMBER = tf.io.FixedLenFeature([1], tf.float32)
PAIR = {"text": TEXT, "text_pair": TEXT}
# Task, options, columns, raw features, one row of labels, numbers that training would have found.
CASES = {
    "text_classification": ({}, ("text_pair",), {**PAIR, "label": TEXT}, {"label": ["good"]}, {}),
    "multi_label_classification": (
        {},
        (),
        {"text": TEXT, "labels": LABELS},
        {"labels": ["good"]},
        {"thresholds": (0.5, 0.5)},
    ),
    "text_regression": (
        {},
        ("text_pair",),
        {**PAIR, "score": NUMBER},
        {"score": [1.0]},
        {"target_mean": (3.0,), "target_deviation": (2.0,)},
    ),
    "token_classification": ({}, (), {"text": TEXT, "entities": LABELS}, {"entities": ["0 3 good"]}, {}),
    "question_answering": (
        {"question_length": 2, "overlap": 1},
        (),
        {"question": TEXT, "context": TEXT, "answers": LABELS},
        {"answers": ["0 the"]},
        {"num_unanswerable": (0.0,)},
    ),
    "text_embedding": ({}, (), {**PAIR, "score": NUMBER}, {"score": [1.0]}, {}),
}
TEXTS = ["the ｇｏｏｄ film", "我在北京 is bad 😀", "", "a very very long film was not a good film at all"]


@pytest.mark.parametrize("name", CASES)
def test_a_batch_is_answered_as_each_row(
    name: str, tiny_xlm_roberta_preset: str, build_transform_output: Callable[..., Any], tmp_path: pathlib.Path
) -> None:
    options, optional, spec, labels, numbers = CASES[name]
    chosen = ChosenTask.of(name, options, optional)
    task = chosen.build()
    columns = task.text_columns()
    row = {**{column: ["the film"] for column in columns}, **labels}
    transform_output = build_transform_output(chosen, spec, [row], tiny_xlm_roberta_preset)
    facts = Facts(load_vocabulary(tiny_xlm_roberta_preset), ("bad", "good"), numbers)
    network = task.build_network(load_backbone(tiny_xlm_roberta_preset, "float32"), facts, dropout=0.0)
    for variable in network.trainable_variables:
        variable.assign(variable + np.random.default_rng(5).normal(0, 0.5, variable.shape).astype("float32"))
    servable = Servable(task, facts, network, transform_output, TextEncoder(facts.vocabulary, 12))
    tf.saved_model.save(servable, str(tmp_path), signatures=servable.signatures())
    model = tf.saved_model.load(str(tmp_path))
    signature = model.signatures["serving_default"]
    read = task.signatures()["serving_default"].columns
    given = dict(zip(read, (TEXTS, TEXTS[::-1]), strict=False))
    answers = _answers(signature, given)
    for index in range(len(TEXTS)):
        for answer, values in _answers(signature, {column: [texts[index]] for column, texts in given.items()}).items():
            batched = (
                answers[answer][index][tuple(map(slice, values[0].shape))]
                if values.ndim > 1
                else answers[answer][index]
            )
            if values.dtype == np.float32:
                np.testing.assert_allclose(batched, values[0], atol=1e-4)
            else:
                np.testing.assert_array_equal(batched, values[0])
    _check_places(answers, given[read[-1]])


def _answers(signature: Any, texts: Mapping[str, Sequence[str]]) -> dict[str, np.ndarray]:
    inputs = {column: tf.constant(of_column) for column, of_column in texts.items()}
    return {answer: values.numpy() for answer, values in signature(**inputs).items()}


def _check_places(answers: Mapping[str, np.ndarray], texts: Sequence[str]) -> None:
    """Where a task answers with places in its texts, what is there is what it shows."""
    shown = answers.get("answers", answers.get("texts"))
    if shown is None or "starts" not in answers:
        return
    assert (answers["starts"] >= 0).any()
    for text, starts, ends, parts in zip(texts, answers["starts"], answers["ends"], shown, strict=True):
        for start, end, part in zip(starts, ends, parts, strict=True):
            assert start < 0 or text[start:end] == part.decode()
