"""Pre-training from rows to the served model and the preset, on the tiny preset's vocabulary of whole words."""

import pathlib
from collections.abc import Callable
from typing import Any

import keras
import keras_hub
import numpy as np
import pytest
import tensorflow as tf
import tensorflow_transform as tft

from models.export.servable import Servable
from models.network_inputs import network_inputs
from models.presets import check_preset, load_backbone, load_vocabulary
from models.tasks.interface.chosen_task import ChosenTask
from models.tasks.interface.contract import RowError
from models.tasks.interface.facts import Facts
from models.tasks.interface.loss_options import LossOptions
from models.tasks.masked_lm import MaskedLM
from models.tokenisation.text_encoder import TextEncoder

SPEC = {name: tf.io.FixedLenFeature([1], tf.string) for name in ("text", "text_pair", "relation")}
PAIRS = [
    ("the movie was very good", "the food was fine", "next"),
    ("a great film", "awful service", "random"),
    ("is the food bad", "not very", "next"),
    ("poor", "a film is a movie", "random"),
    ("the the the the", "good good bad awful", "next"),
]
ROWS = [{"text": [first], "text_pair": [second], "relation": [relation]} for first, second, relation in PAIRS]
TASKS = {True: ChosenTask("masked_lm"), False: ChosenTask("masked_lm", {"next_sentence": False, "top_k": 3})}


@pytest.mark.parametrize("row", [{}, {"text": None}, {"text": " \n "}, {"text": 3}])
def test_empty_documents_are_rejected(row: dict[str, Any]) -> None:
    with pytest.raises(RowError, match="text is"):
        MaskedLM().parse_row(row)


def _facts(preset: str) -> Facts:
    return Facts(load_vocabulary(preset))


@pytest.fixture(scope="module", params=[True, False], ids=["with_next_sentences", "without"])
def task(request: pytest.FixtureRequest) -> Any:
    return TASKS[request.param].build()


@pytest.fixture(scope="module")
def network(task: MaskedLM, tiny_preset: str) -> keras.Model:
    network = task.build_network(load_backbone(tiny_preset, "float32"), _facts(tiny_preset), dropout=0.1)
    for variable in network.trainable_variables:
        variable.assign(variable + np.random.default_rng(5).normal(0, 0.2, variable.shape).astype("float32"))
    return network


@pytest.fixture(scope="module")
def signatures(
    task: MaskedLM,
    network: keras.Model,
    tiny_preset: str,
    build_transform_output: Callable[..., tft.TFTransformOutput],
    tmp_path_factory: pytest.TempPathFactory,
) -> Any:
    names = [feature.name for feature in task.features()]
    rows = [{name: row[name] for name in names} for row in ROWS]
    output = build_transform_output(TASKS["text_pair" in names], {name: SPEC[name] for name in names}, rows)
    servable = Servable(task, _facts(tiny_preset), network, output, TextEncoder(load_vocabulary(tiny_preset), 12))
    folder = str(tmp_path_factory.mktemp("model") / "1")
    tf.saved_model.save(servable, folder, signatures=servable.signatures())
    model = tf.saved_model.load(folder)
    model.signatures["serving_default"].model = model
    return model.signatures


def _examples(task: MaskedLM, rows: list[dict[str, list[str]]]) -> tf.Tensor:
    names = [feature.name for feature in task.features()]
    serialized = []
    for row in rows:
        features = {
            name: tf.train.Feature(bytes_list=tf.train.BytesList(value=[row[name][0].encode()])) for name in names
        }
        serialized.append(tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString())
    return tf.constant(serialized, tf.string)


def _batch(task: MaskedLM, preset: str, seed: int = 0) -> Any:
    """What training is given for all rows."""
    facts, encoder = _facts(preset), TextEncoder(load_vocabulary(preset), 12)
    texts = {name: tf.constant([row[name][0] for row in ROWS]) for name in task.text_columns()}
    packed = task.pack(texts, encoder)
    rows = {**packed, "relation": tf.constant([row["relation"][0] for row in ROWS])}
    return task.training_batch(rows, network_inputs(packed, multiple_of=8), facts, tf.constant([seed, 17]))


def test_evaluation_of_the_served_model_equals_that_of_training(
    task: MaskedLM, network: keras.Model, signatures: Any, tiny_preset: str
) -> None:
    facts = _facts(tiny_preset)
    network.compile(loss=task.build_loss(facts, LossOptions()), weighted_metrics=task.build_metrics(facts))
    batch = _batch(task, tiny_preset)
    trained = network.test_on_batch(batch.inputs, batch.targets, batch.weights, return_dict=True)
    # One row at a time: which others are in the batch does not matter.
    sums = [signatures["evaluate_examples"](examples=_examples(task, [row])) for row in ROWS]
    total = {name: sum(float(answer[name][0]) for answer in sums) for name in sums[0]}
    assert trained["mlm_perplexity"] == pytest.approx(np.exp(total["mlm_loss"] / total["mlm_count"]), rel=1e-4)
    assert trained["mlm_accuracy"] == pytest.approx(total["mlm_hits"] / total["mlm_count"])
    assert total["mlm_count"] == float(tf.reduce_sum(batch.weights["mlm"]))
    if task.options.next_sentence:
        assert trained["nsp_accuracy"] == pytest.approx(total["nsp_hits"] / len(ROWS))
    else:
        assert "nsp_hits" not in total


def test_loss_is_the_mean_over_guesses(task: MaskedLM, network: keras.Model, tiny_preset: str) -> None:
    batch = _batch(task, tiny_preset)
    logits = network(batch.inputs)["mlm"].numpy().astype(np.float64)
    log_softmax = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    losses = -np.take_along_axis(log_softmax, batch.targets["mlm"].numpy()[..., np.newaxis], -1)[..., 0]
    weights = batch.weights["mlm"].numpy()
    loss = task.build_loss(_facts(tiny_preset), LossOptions())["mlm"]
    found = float(loss(batch.targets["mlm"], logits.astype("float32"), batch.weights["mlm"]))
    assert found == pytest.approx((losses * weights).sum() / weights.sum(), rel=1e-5)


def test_epochs_differ_and_batches_do_not(task: MaskedLM, tiny_preset: str) -> None:
    first, other = _batch(task, tiny_preset), _batch(task, tiny_preset, seed=1)
    assert not np.array_equal(first.inputs["token_ids"], other.inputs["token_ids"])
    again = _batch(task, tiny_preset)
    np.testing.assert_array_equal(first.inputs["token_ids"], again.inputs["token_ids"])


TEXTS = ["the food was [MASK]", "", "no mask", "[MASK] [MASK] film", "good " * 40 + "[MASK]"]


def test_served_guesses_equal_the_networks(
    task: MaskedLM, network: keras.Model, signatures: Any, tiny_preset: str
) -> None:
    vocabulary = load_vocabulary(tiny_preset)
    answers = signatures["serving_default"](text=tf.constant(TEXTS))
    assert set(answers) == {"tokens", "scores", "filled"}
    ids = np.array([[2, *(vocabulary.tokens.index(word) for word in ("the", "food", "was")), 4, 3]], "int32")
    inputs = {"token_ids": ids, "segment_ids": np.zeros_like(ids), "padding_mask": np.ones_like(ids)}
    logits = network({**inputs, "mask_positions": np.array([[4]], "int32")})["mlm"][0, 0].numpy()
    best = sorted(range(5, vocabulary.size), key=lambda index: -logits[index])
    number = answers["tokens"].shape[-1]
    assert number == task.options.top_k
    assert answers["tokens"][0, 0].numpy().tolist() == [vocabulary.tokens[index].encode() for index in best[:number]]
    probabilities = tf.nn.softmax(logits).numpy()
    np.testing.assert_allclose(answers["scores"][0, 0], probabilities[best[:number]], rtol=1e-4)
    filled = [text.decode() for text in answers["filled"].numpy()]
    assert filled[0] == f"the food was {vocabulary.tokens[best[0]]}"
    assert filled[1:3] == TEXTS[1:3]
    assert filled[4] == TEXTS[4]
    of_tokens = signatures["serve_tokens"](**{name: tf.constant(values) for name, values in inputs.items()})
    np.testing.assert_array_equal(of_tokens["tokens"][0, 0], answers["tokens"][0, 0])


def test_rows_alone_and_none_at_all(signatures: Any) -> None:
    together = signatures["serving_default"](text=tf.constant(TEXTS))
    for row, text in enumerate(TEXTS):
        alone = signatures["serving_default"](text=tf.constant([text]))
        number = alone["tokens"].shape[1]
        np.testing.assert_array_equal(alone["tokens"][0], together["tokens"][row, :number])
        assert alone["filled"][0] == together["filled"][row]
    empty = signatures["serving_default"](text=tf.constant([], tf.string))
    assert empty["tokens"].shape[0] == empty["filled"].shape[0] == 0


def test_the_preset_it_writes_is_the_backbone(
    task: MaskedLM, network: keras.Model, tiny_preset: str, tmp_path: pathlib.Path
) -> None:
    task.write_assets(network, _facts(tiny_preset), str(tmp_path))
    preset = str(tmp_path / "preset")
    check_preset(preset, 32)
    assert load_vocabulary(preset) == load_vocabulary(tiny_preset)
    loaded = load_backbone(preset, "float32")
    assert isinstance(loaded, keras_hub.models.BertBackbone)
    (trained,) = (layer for layer in network.layers if isinstance(layer, keras_hub.models.BertBackbone))
    for ours, theirs in zip(trained.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_answer_lines_show_the_text_and_the_guesses() -> None:
    answer = {"filled": "a cat sat", "tokens": [["cat", "dog"], ["", ""]], "scores": [[0.5, 0.25], [0.0, 0.0]]}
    assert MaskedLM().answer_line({"text": "a [MASK] sat"}, answer) == "a cat sat\tcat 0.500 dog 0.250"
    none = {"filled": "a", "tokens": [], "scores": []}
    assert MaskedLM().answer_line({"text": "a"}, none) == "a\tno [MASK]"
