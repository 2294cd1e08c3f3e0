"""What a served model answers, held against plain Python on the same network's outputs."""

import itertools
import pathlib
import random
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import apache_beam as beam
import keras
import keras_hub
import numpy as np
import pytest
import tensorflow as tf
import tensorflow_transform as tft
import tensorflow_transform.beam as tft_beam
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner
from tensorflow_transform.tf_metadata import dataset_metadata, schema_utils

from components.text_example_gen.readers.conll import read_conll
from models.export.servable import Servable
from models.named_entities.iob2_tags import iob2_tags
from models.named_entities.tag_schemes import entities_of_tags
from models.network_inputs import network_inputs
from models.preprocessing import Preprocessing, preprocessing_fn
from models.presets import load_vocabulary
from models.tasks.interface.chosen_task import ChosenTask
from models.tasks.interface.facts import Facts
from models.tasks.token_classification import TokenClassification, TokenClassificationOptions
from models.tokenisation.text_encoder import TextEncoder

PRESET = "minilm_l6_en"
TYPES = ("LOC", "PER")
TAGS = iob2_tags(TYPES)
TASK = TokenClassification()
TRAIN = [{"text": ["Ann left Rome"], "entities": ["0 3 PER", "9 13 LOC"]}, {"text": ["nobody"], "entities": []}]

# The tags that the network of the table below finds for words, wherever they are; all others are outside.
TAG_OF_WORD = {"ann": "B-PER", "bob": "I-PER", "rome": "B-LOC", "york": "I-LOC", "王": "B-PER", "李": "I-PER",
               "u": "B-LOC", ".": "I-LOC", "s": "I-LOC", "jose": "B-PER"}  # fmt: skip
ENTITIES_OF_TEXTS = [
    ("", []),
    (" \u200b\u0301", []),
    ("nothing here", []),
    ("ANN bob and Ann", ["PER ANN bob", "PER Ann"]),
    ("ann ann rome", ["PER ann", "PER ann", "LOC rome"]),
    ("bob and bob bob", ["PER bob", "PER bob bob"]),
    ("rome bob york", ["LOC rome", "PER bob", "LOC york"]),
    ("rome york", ["LOC rome york"]),
    ("in the U.S. too", ["LOC U.S."]),
    ("u.s.", ["LOC u.s."]),
    ("ann  \t bob", ["PER ann  \t bob"]),
    ("王李王 去 rome", ["PER 王李", "PER 王", "LOC rome"]),
    ("😀 ann 👍🏽 Rome 👩‍👩‍👧", ["PER ann", "LOC Rome"]),
    ("José, jose\u0301\u0323, jose", ["PER José", "PER jose\u0301\u0323", "PER jose"]),
    ("i ❤\ufe0f ann\ufe0f rome\u200b", ["PER ann\ufe0f", "LOC rome"]),
    ("ann " + "bob " * 60 + "rome", ["PER ann" + " bob" * 60, "LOC rome"]),
    ("naïve 𝔸 ann jose\u0301", ["PER ann", "PER jose\u0301"]),
    ("\u0301\u0302ann", ["PER ann"]),
    ("\ufeffann", ["PER ann"]),
]
STRANGE = [
    "今天",
    "😀",
    "é",
    "e\u0301",
    "\u200d",
    "a\u0301",
    " ",
    "\n",
    ".",
    "ann",
    "York",
    "unaffable",
    "\ufeff",
    "𠀀",
]

Signatures = Any
Serve = Callable[..., Signatures]


@pytest.fixture(scope="module")
def transform_output(tmp_path_factory: pytest.TempPathFactory) -> tft.TFTransformOutput:
    folder = tmp_path_factory.mktemp("transform")
    settings = Preprocessing(ChosenTask(TASK.name).to_json(), PRESET, sequence_length=16)
    spec = {"text": tf.io.FixedLenFeature([1], tf.string), "entities": tf.io.VarLenFeature(tf.string)}
    metadata = dataset_metadata.DatasetMetadata(schema_utils.schema_from_feature_spec(spec))
    with tft_beam.Context(temp_dir=str(folder / "temporary")), beam.Pipeline(runner=FnApiRunner()) as pipeline:
        transform_fn = (pipeline | beam.Create(TRAIN), metadata) | tft_beam.AnalyzeDataset(
            lambda inputs: preprocessing_fn(inputs, settings.to_custom_config())
        )
        _ = transform_fn | tft_beam.WriteTransformFn(str(folder / "output"))
        _ = metadata | tft_beam.WriteMetadata(str(folder / "output" / "metadata"), pipeline)
    return tft.TFTransformOutput(str(folder / "output"))


@pytest.fixture(scope="module")
def serve(transform_output: tft.TFTransformOutput, tmp_path_factory: pytest.TempPathFactory) -> Serve:
    """Exports a network that reads so many pieces at once, and gives the signatures of the loaded model."""

    def export(network: keras.Model, sequence_length: int, **options: Any) -> Signatures:
        facts = Facts(load_vocabulary(PRESET), TYPES)
        encoder = TextEncoder(facts.vocabulary, sequence_length)
        task = TokenClassification(TokenClassificationOptions(**options))
        servable = Servable(task, facts, network, transform_output, encoder)
        folder = str(tmp_path_factory.mktemp("model") / "1")
        tf.saved_model.save(servable, folder, signatures=servable.signatures())
        model = tf.saved_model.load(folder)
        # A signature does not keep its model alive.
        model.signatures["serving_default"].model = model
        return model.signatures

    return export


def network_of_pieces(logits_of_pieces: np.ndarray) -> keras.Model:
    """A network that sees each piece alone."""
    names = ("token_ids", "segment_ids", "padding_mask")
    inputs = {name: keras.Input([None], dtype="int32", name=name) for name in names}
    embedding = keras.layers.Embedding(*logits_of_pieces.shape)
    backbone = keras.Model(inputs, {"sequence_output": embedding(inputs["token_ids"])})
    network = TASK.build_network(backbone, Facts(load_vocabulary(PRESET), TYPES), dropout=0.1)
    embedding.set_weights([logits_of_pieces])
    network.get_layer("logits").set_weights([np.eye(len(TAGS)), np.zeros(len(TAGS))])
    return network


def network_by_chance() -> keras.Model:
    """A small BERT whose tags change from word to word."""
    keras.utils.set_random_seed(3)
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=len(load_vocabulary(PRESET).tokens),
        num_layers=2,
        num_heads=2,
        hidden_dim=16,
        intermediate_dim=32,
        max_sequence_length=64,
    )
    network = TASK.build_network(backbone, Facts(load_vocabulary(PRESET), TYPES), dropout=0.1)
    for variable in network.trainable_variables:
        variable.assign(variable + np.random.default_rng(5).normal(0, 0.5, variable.shape).astype("float32"))
    return network


@pytest.fixture(scope="module")
def chance_logits() -> np.ndarray:
    return np.random.default_rng(11).normal(0, 3, (len(load_vocabulary(PRESET).tokens), len(TAGS))).astype("float32")


@pytest.fixture(scope="module")
def short(serve: Serve, chance_logits: np.ndarray) -> Signatures:
    """Of a network that reads 16 pieces at once."""
    return serve(network_of_pieces(chance_logits), 16)


@pytest.fixture(scope="module")
def strange_texts() -> list[str]:
    """From no word at all to 300."""
    numbers = random.Random(5)
    texts = ["".join(numbers.choices(STRANGE, k=numbers.randrange(60))) for _ in range(60)]
    return [*texts, "", "".join(f"{word} " for word in numbers.choices(STRANGE, k=300))]


def answered(signatures: Signatures, texts: Sequence[str | bytes]) -> list[list[dict[str, Any]]]:
    """The entities of each text, by the task's own reading of the answers."""
    outputs = signatures["serving_default"](text=tf.constant(list(texts), tf.string))
    arrays = {name: values.numpy() for name, values in outputs.items()}
    rows = [{name: values[row] for name, values in arrays.items()} for row in range(len(texts))]
    return [TASK.plain_answer(row)["entities"] for row in rows]


def decoded(text: str, pieces: list[tuple[int, int, int]], logits: np.ndarray) -> list[dict[str, Any]]:
    """The same in plain Python.

    Args:
        text: The text.
        pieces: Start, end and whether it begins a word, of each piece.
        logits: [pieces, tags].
    """
    heads = [number for number, (_, _, begins) in enumerate(pieces) if begins]
    ends = [pieces[last - 1][1] for last in [*heads[1:], len(pieces)]] if heads else []
    powers = np.exp(logits[heads] - logits[heads].max(axis=1, keepdims=True)) if heads else np.zeros([0, len(TAGS)])
    scores = powers / powers.sum(axis=1, keepdims=True)
    tags = likeliest(np.log(scores.astype("float64")))
    entities = []
    for first, last, kind in entities_of_tags([TAGS[tag] for tag in tags]):
        start, end = pieces[heads[first]][0], ends[last - 1]
        while end < len(text) and unicodedata.category(text[end]) == "Mn":
            end += 1
        score = np.mean([scores[word, tags[word]] for word in range(first, last)])
        entities.append({"type": kind, "text": text[start:end], "start": start, "end": end, "score": score})
    return entities


def likeliest(log_probabilities: np.ndarray) -> list[int]:
    """The tags of the largest sum where each `I-` follows a tag of its type: the best way to each tag, word by word."""
    ways: list[tuple[float, list[int]]] = [(0.0, [])]
    for word in log_probabilities:
        found = []
        for tag, name in enumerate(TAGS):
            before = [way for way in ways if name[:1] != "I" or (way[1] and TAGS[way[1][-1]][1:] == name[1:])]
            if before:
                total, path = max(before, key=lambda way: way[0])
                found.append((total + word[tag], [*path, tag]))
        ways = found
    return max(ways, key=lambda way: way[0])[1]


def tokenised(texts: Sequence[str]) -> tuple[list[list[int]], list[list[tuple[int, int, int]]]]:
    """Ids, and places, of the pieces of each text."""
    encoder = TextEncoder(load_vocabulary(PRESET), 512)
    ids, *places = (column.to_list() for column in encoder.tokenize_with_offsets(tf.constant(list(texts))))
    return ids, [list(zip(*row, strict=True)) for row in zip(*places, strict=True)]


def assert_equal(found: Any, expected: Any) -> None:
    """Equal but for the last digits of scores."""
    for ours, theirs in zip(found, expected, strict=True):
        assert [
            {**each, "type": each["type"].decode(), "text": each["text"].decode(), "score": 0} for each in ours
        ] == [{**each, "score": 0} for each in theirs]
        np.testing.assert_allclose([each["score"] for each in ours], [each["score"] for each in theirs], atol=1e-5)


def test_signatures_have_the_form_that_the_reference_tells(short: Signatures) -> None:
    outputs = short["serving_default"].structured_outputs
    assert {name: (spec.dtype.name, spec.shape.rank) for name, spec in outputs.items()} == {
        "types": ("string", 2),
        "texts": ("string", 2),
        "starts": ("int32", 2),
        "ends": ("int32", 2),
        "scores": ("float32", 2),
        "num_entities": ("int32", 1),
    }
    assert set(short) == {"serving_default", "serve_examples", "serve_tokens"}


@pytest.mark.parametrize("overlap", [0, 0.25, 0.75])
def test_entities_of_texts(serve: Serve, overlap: float) -> None:
    tags = [TAG_OF_WORD.get(token, "O") for token in load_vocabulary(PRESET).tokens]
    one_hot = np.eye(len(TAGS), dtype="float32")
    # Where `I-` cannot be, `B-` is the next best.
    logits = [8 * one_hot[TAGS.index(tag)] + 5 * one_hot[TAGS.index(tag.replace("I-", "B-"))] for tag in tags]
    network = network_of_pieces(np.array(logits))
    found = answered(serve(network, 16, overlap=overlap), [text for text, _ in ENTITIES_OF_TEXTS])
    shown = [[f"{one['type'].decode()} {one['text'].decode()}" for one in entities] for entities in found]
    assert shown == [entities for _, entities in ENTITIES_OF_TEXTS]


def test_offsets_are_those_of_python_slices(short: Signatures, strange_texts: list[str]) -> None:
    for text, entities in zip(strange_texts, answered(short, strange_texts), strict=True):
        for one in entities:
            assert text[one["start"] : one["end"]] == one["text"].decode()
            assert one["text"].decode().strip()


def test_windows_find_what_a_network_finds_that_reads_all_at_once(
    short: Signatures, chance_logits: np.ndarray, strange_texts: list[str]
) -> None:
    ids, places = tokenised(strange_texts)
    rows = zip(strange_texts, places, ids, strict=True)
    expected = [decoded(text, pieces, chance_logits[pieces_ids]) for text, pieces, pieces_ids in rows]
    assert_equal(answered(short, strange_texts), expected)
    lengths = [len(row) for row in ids]
    assert max(lengths) > 200
    assert sum(one["end"] - one["start"] > 10 for entities in expected for one in entities) > 5


def test_ill_formed_texts_are_answered(short: Signatures) -> None:
    texts = [b"ann \xff\xfe rome", b"\xe4\xbb", b"York \xf0\x9f\x98 York", b"\xed\xa0\x80 ann", b"a\0b"]
    for text, entities in zip(texts, answered(short, texts), strict=True):
        characters = text.decode("utf-8", "replace")
        for one in entities:
            assert characters[one["start"] : one["end"]] == one["text"].decode()


@pytest.mark.parametrize("texts", [[], [""], ["", " "]])
def test_batches_without_words_have_no_entities(short: Signatures, texts: list[str]) -> None:
    outputs = short["serving_default"](text=tf.constant(texts, tf.string))
    assert {name: values.shape[0] for name, values in outputs.items()} == dict.fromkeys(outputs, len(texts))
    assert not outputs["num_entities"].numpy().any()


def test_padding_says_that_it_is_none(short: Signatures) -> None:
    outputs = short["serving_default"](text=tf.constant(["", "the quick brown fox jumps over the lazy dog of ann"]))
    assert outputs["num_entities"].numpy()[1] > 0
    first = {name: set(values.numpy()[0].tolist()) for name, values in outputs.items() if name != "num_entities"}
    assert first == {"types": {b""}, "texts": {b""}, "starts": {-1}, "ends": {-1}, "scores": {0.0}}


def test_tokens_are_answered_with_tags(short: Signatures, chance_logits: np.ndarray) -> None:
    ids = np.random.default_rng(1).integers(0, 30000, (2, 9)).astype("int32")
    outputs = short["serve_tokens"](
        token_ids=tf.constant(ids), segment_ids=tf.zeros_like(ids), padding_mask=tf.ones_like(ids)
    )
    scores = tf.nn.softmax(chance_logits[ids]).numpy()
    assert outputs["tags"].numpy().astype(str).tolist() == np.array(TAGS)[scores.argmax(-1)].tolist()
    np.testing.assert_allclose(outputs["scores"], scores.max(-1), rtol=1e-5)


def test_a_thousand_sentences_are_answered_as_plain_python_decodes_them(
    serve: Serve, shared_data: pathlib.Path
) -> None:
    with (shared_data / "conll2003" / "valid.txt").open("rb") as file:
        texts = [" ".join(record.values["words"]) for record in itertools.islice(read_conll(file), 1000)]
    network = network_by_chance()
    signatures = serve(network, 32)
    num_entities = 0
    for batch in batches(texts, 50):
        found, expected = answered(signatures, batch), offline(network, batch, sequence_length=32)
        assert_equal(found, expected)
        num_entities += sum(map(len, expected))
    assert num_entities > 1000


def batches(texts: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), size):
        yield texts[start : start + size]


def offline(network: keras.Model, texts: Sequence[str], sequence_length: int) -> list[list[dict[str, Any]]]:
    """The entities of texts by plain loops: windows, the network, the way back from them, decoding."""
    vocabulary = load_vocabulary(PRESET)
    room, ids, places = sequence_length - 2, *tokenised(texts)
    step = room - int(room * TASK.options.overlap)
    windows = [
        (row, min(start, max(0, len(pieces) - room)))
        for row, pieces in enumerate(ids)
        for start in range(0, max(1, len(pieces) - room + step), step)
    ]
    rows = [[vocabulary.start_id, *ids[row][start : start + room], vocabulary.end_id] for row, start in windows]
    outputs = network(network_inputs({"token_ids": tf.ragged.constant(rows, tf.int32)}), training=False).numpy()
    entities = []
    for row, (text, pieces) in enumerate(zip(texts, places, strict=True)):
        own = [(start, outputs[number]) for number, (of, start) in enumerate(windows) if of == row]
        logits = [shown_best(position, own, min(room, len(pieces))) for position in range(len(pieces))]
        entities.append(decoded(text, pieces, np.array(logits).reshape(-1, len(TAGS))))
    return entities


def shown_best(position: int, windows: Sequence[tuple[int, np.ndarray]], size: int) -> np.ndarray:
    """The output for a piece of the window that shows most on the smaller side of it, of the first such window."""
    margins = [min(position - start, start + size - 1 - position) for start, _ in windows]
    start, outputs = windows[margins.index(max(margins))]
    return outputs[1 + position - start]
