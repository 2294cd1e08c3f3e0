import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from models.export.servable import Servable
from models.network_inputs import network_inputs
from models.presets import load_backbone, load_vocabulary
from models.tasks.interface.batch import Request
from models.tasks.interface.chosen_task import ChosenTask
from models.tasks.interface.contract import RowError
from models.tasks.interface.facts import Facts
from models.tasks.text_embedding import TextEmbedding, TextEmbeddingOptions
from models.tokenisation.text_encoder import TextEncoder
from models.user_error import UserError

TASK = TextEmbedding()
NAN = float("nan")
WORDS = ["good", "great", "bad", "awful", "film", "movie", "the", "a", "was", "日本", "naïve", "😀", "!?", "GOOD"]


@pytest.mark.parametrize(
    ("score", "features"),
    [
        ("0.5", {"score": 0.5}),
        (3, {"score": 3.0}),
        ("-1e3", {"score": -1000.0}),
        (None, {}),
        ("", {}),
        ("  ", {}),
    ],
)
def test_scores_are_numbers_or_missing(score: Any, features: dict[str, float]) -> None:
    row = {"text": "a", "text_pair": "b", "score": score}
    assert TASK.parse_row(row) == {"text": b"a", "text_pair": b"b", **features}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"text": "a"}, "text_pair is missing"),
        ({"text": "a", "text_pair": " "}, "text_pair is empty"),
        ({"text_pair": "b"}, "text is missing"),
        ({"text": "a", "text_pair": "b", "score": "high"}, "score is not a number: 'high'"),
        ({"text": "a", "text_pair": "b", "score": NAN}, "score is not finite"),
        ({"text": "a", "text_pair": "b", "score": True}, "score is not a number"),
    ],
)
def test_unusable_rows_say_why(row: dict[str, Any], reason: str) -> None:
    with pytest.raises(RowError, match=reason):
        TASK.parse_row(row)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"pooling": "sum"}, "task_options.pooling"),
        ({"temperature": 0}, "task_options.temperature"),
        ({"monitor": "loss"}, "task_options.monitor"),
    ],
)
def test_wrong_options_are_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ChosenTask.of("text_embedding", options, ())


def _packed(encoder: TextEncoder, texts: list[str], pairs: list[str], scores: list[float] | None = None) -> Any:
    packed = TASK.pack({"text": tf.constant(texts), "text_pair": tf.constant(pairs)}, encoder)
    labels = {} if scores is None else {"score": tf.constant(scores, tf.float32)}
    return {**packed, **TASK.pack_labels(labels, packed, encoder)}


@pytest.fixture(scope="module")
def encoder(tiny_preset: str) -> TextEncoder:
    return TextEncoder(load_vocabulary(tiny_preset), sequence_length=12)


def test_a_batch_knows_equal_texts_and_what_belongs_together(encoder: TextEncoder) -> None:
    packed = _packed(
        encoder,
        ["good film", "bad", "GOOD  film", "the"],
        ["great movie", "good film", "bad", "awful"],
        [NAN, 0.7, 0.2, 0.9],
    )
    rows = TASK.windows(packed, encoder)
    inputs = network_inputs(rows)
    task = TextEmbedding(TextEmbeddingOptions(positive_score=0.7))
    batch = task.training_batch(rows, inputs, Facts(encoder.vocabulary), tf.constant([0, 0]))
    assert batch.inputs["token_ids"].shape[0] == 8
    np.testing.assert_array_equal(batch.inputs["token_ids"][0], batch.inputs["token_ids"][3], "good film, twice")
    assert batch.targets.numpy().tolist() == [[0, 3, 1], [1, 0, 1], [0, 1, 0], [2, 4, 1]]
    assert batch.weights.numpy().tolist() == [1, 1, 0, 1]


def test_without_scores_all_pairs_belong_together(encoder: TextEncoder) -> None:
    rows = TASK.windows(_packed(encoder, ["good", "bad"], ["great", "awful"]), encoder)
    batch = TASK.training_batch(rows, network_inputs(rows), Facts(encoder.vocabulary), tf.constant([0, 0]))
    assert batch.weights.numpy().tolist() == [1, 1]


def test_pairs_are_put_together_by_their_longer_text(encoder: TextEncoder) -> None:
    packed = _packed(encoder, ["good", "bad " * 5, "the"], ["a film was great", "awful", "the"])
    assert TASK.row_lengths(packed).numpy().tolist() == [6, 7, 3]


@pytest.mark.parametrize(
    ("options", "scores", "message"),
    [
        ({}, [NAN, NAN], "spearman cannot choose the best epoch, since the eval split has no two different scores"),
        ({}, [0.5, 0.5], "spearman cannot choose"),
        ({"monitor": "mrr"}, [0.1, 0.2], "mrr cannot choose the best epoch, since no pair of the eval split is"),
    ],
)
def test_a_split_that_cannot_choose_the_epoch_is_told(
    encoder: TextEncoder, options: dict[str, Any], scores: list[float], message: str
) -> None:
    packed = _packed(encoder, ["good", "bad"], ["great", "awful"], scores)
    outputs = tf.math.l2_normalize(tf.random.stateless_normal([4, 3], [1, 2]), axis=-1)
    task = TextEmbedding(TextEmbeddingOptions(**options))
    with pytest.raises(UserError, match=message):
        task.whole_split_metrics([(outputs, Request(packed, packed, {}))], Facts(encoder.vocabulary))


def test_the_chosen_metric_is_monitored() -> None:
    assert TASK.chosen_monitor().metric == "spearman"
    assert TextEmbedding(TextEmbeddingOptions(monitor="mrr")).chosen_monitor().metric == "mrr"


@pytest.fixture(scope="module")
def network(tiny_preset: str) -> Any:
    return TASK.build_network(load_backbone(tiny_preset, "float32"), Facts(load_vocabulary(tiny_preset)), dropout=0.1)


@pytest.fixture(scope="module", params=[True, False], ids=["scores", "no scores"])
def signatures(
    request: Any, network: Any, encoder: TextEncoder, build_transform_output: Callable[..., Any], tmp_path_factory: Any
) -> Any:
    """Those of a saved model, which was trained on data with scores or without."""
    spec = {name: tf.io.FixedLenFeature([1], tf.string) for name in ("text", "text_pair")}
    rows = [{"text": ["good film"], "text_pair": ["great movie"], "score": [1.0]}, {"text": ["a"], "text_pair": ["b"]}]
    if request.param:
        spec["score"] = tf.io.VarLenFeature(tf.float32)
        rows[1]["score"] = []
    else:
        del rows[0]["score"]
    output = build_transform_output(ChosenTask.of("text_embedding", {}, ()), spec, rows)
    servable = Servable(TASK, Facts(encoder.vocabulary), network, output, encoder)
    folder = str(tmp_path_factory.mktemp("model"))
    tf.saved_model.save(servable, folder, signatures=servable.signatures())
    model = tf.saved_model.load(folder)
    # A signature does not keep its model alive.
    model.signatures["serving_default"].model = model
    return model.signatures


def _offline(network: Any, encoder: TextEncoder, texts: list[str]) -> np.ndarray:
    """Vectors one by one: in plain Python but for the encoder itself."""
    vectors = []
    for text in texts:
        inputs = network_inputs(encoder.encode(tf.constant([text])))
        vectors.append(network(inputs, training=False).numpy()[0])
    return np.array(vectors)


def _texts(num_texts: int, seed: int) -> list[str]:
    numbers = random.Random(seed)
    fixed = ["", " ", "word " * 500, "😀" * 300]
    return [*fixed, *(" ".join(numbers.choices(WORDS, k=numbers.randint(1, 14))) for _ in range(num_texts - 4))]


def _examples(columns: dict[str, list[str]]) -> tf.Tensor:
    serialized = []
    for row in zip(*columns.values(), strict=True):
        values = {
            name: tf.train.Feature(bytes_list=tf.train.BytesList(value=[text.encode()]))
            for name, text in zip(columns, row, strict=True)
        }
        serialized.append(tf.train.Example(features=tf.train.Features(feature=values)).SerializeToString())
    return tf.constant(serialized)


def test_served_answers_equal_offline_ones(signatures: Any, network: Any, encoder: TextEncoder) -> None:
    texts, pairs = _texts(150, 1), _texts(150, 2)
    vectors, pair_vectors = (_offline(network, encoder, side) for side in (texts, pairs))
    similarity = (vectors * pair_vectors).sum(axis=1)
    np.testing.assert_allclose(signatures["serving_default"](text=tf.constant(texts))["embedding"], vectors, atol=1e-5)
    np.testing.assert_allclose(
        signatures["serve_examples"](examples=_examples({"text": texts}))["embedding"], vectors, atol=1e-5
    )
    compared = signatures["compare"](text=tf.constant(texts), text_pair=tf.constant(pairs))
    assert list(compared) == ["similarity"]
    np.testing.assert_allclose(compared["similarity"], similarity, atol=1e-5)
    judged = signatures["compare_examples"](examples=_examples({"text": texts, "text_pair": pairs}))
    np.testing.assert_allclose(judged["similarity"], similarity, atol=1e-5)
    np.testing.assert_allclose(judged["pair_embedding"], pair_vectors, atol=1e-5)
    ids = [tuple(encoder.encode(tf.constant([text]))["token_ids"].to_list()[0]) for text in texts]
    known = dict(zip(judged["text_id"].numpy().tolist(), ids, strict=True))
    assert [known[text_id] for text_id in judged["text_id"].numpy().tolist()] == ids
    assert len(known) == len(set(ids))


def test_signatures_take_no_more_than_they_need(signatures: Any) -> None:
    inputs = {name: sorted(signature.structured_input_signature[1]) for name, signature in signatures.items()}
    assert inputs == {
        "serving_default": ["text"],
        "serve_examples": ["examples"],
        "compare": ["text", "text_pair"],
        "compare_examples": ["examples"],
        "serve_tokens": ["padding_mask", "segment_ids", "token_ids"],
    }


def test_an_empty_batch_has_empty_answers(signatures: Any) -> None:
    none = tf.constant([], tf.string)
    assert signatures["serving_default"](text=none)["embedding"].shape == (0, 16)
    assert signatures["compare"](text=none, text_pair=none)["similarity"].shape == (0,)


def test_tokens_are_embedded(signatures: Any, network: Any, encoder: TextEncoder) -> None:
    inputs = network_inputs(encoder.encode(tf.constant(["good film", "a"])))
    answers = signatures["serve_tokens"](**inputs)
    np.testing.assert_allclose(answers["embedding"], network(inputs), atol=1e-5)


def test_the_bundled_preset_needs_no_training() -> None:
    encoder = TextEncoder(load_vocabulary("minilm_l6_en"), 64)
    backbone = load_backbone("minilm_l6_en", "float32")
    network = TASK.build_network(backbone, Facts(encoder.vocabulary), dropout=0.1)
    pairs = [
        ("A man is eating food.", "A man eats something."),
        ("How do I reset my password?", "I forgot my password, what now?"),
        ("The invoice is wrong.", "You charged me too much."),
    ]
    texts = [text for pair in pairs for text in pair]
    # As sentence-transformers' modules do: mean over a text's own pieces, divided by its length.
    expected = []
    for text in texts:
        outputs = backbone(network_inputs(encoder.encode(tf.constant([text]))))["sequence_output"].numpy()[0]
        mean = outputs.astype("float64").mean(axis=0)
        expected.append(mean / math.sqrt((mean**2).sum()))
    vectors = network(network_inputs(encoder.encode(tf.constant(texts))), training=False).numpy()
    np.testing.assert_allclose(vectors @ vectors.T, np.array(expected) @ np.array(expected).T, atol=1e-5)
    nearest = (vectors @ vectors.T - 2 * np.eye(len(texts))).argmax(axis=1)
    assert nearest.tolist() == [1, 0, 3, 2, 5, 4]
