"""ALBERT and XLM-RoBERTa, as tiny presets with random weights: read in both forms, trained, frozen."""

import json
import pathlib
from collections.abc import Callable
from typing import Any

import keras
import keras_hub
import numpy as np
import pytest
import safetensors.numpy
import tensorflow as tf

from models.encoder_settings import EncoderSettings
from models.presets import check_preset, load_backbone, load_vocabulary
from models.tasks.interface.facts import Facts
from models.tasks.text_classification import TextClassification
from models.tokenisation.text_encoder import TextEncoder
from models.training.freezing import freeze
from models.training.low_rank_adaptation import add_low_rank_matrices, merged_weights
from models.user_error import UserError

TEXTS = ["good film", "bad"] * 20
SIZES = {"num_layers": 2, "num_heads": 2, "hidden_dim": 16, "intermediate_dim": 32, "max_sequence_length": 12}
OWN_SIZES = {"Albert": {"embedding_dim": 8}, "XLMRoberta": {}}
LAYOUTS = {"Albert": "albert", "XLMRoberta": "xlm_roberta"}
HUGGING_FACE = {
    "Albert": {"model_type": "albert", "num_hidden_groups": 1, "inner_group_num": 1, "embedding_size": 8,
               "attention_probs_dropout_prob": 0.0, "type_vocab_size": 2, "max_position_embeddings": 12},
    "XLMRoberta": {"model_type": "xlm-roberta", "type_vocab_size": 1, "max_position_embeddings": 14},
}  # fmt: skip
FILES = {"Albert": "spiece.model", "XLMRoberta": "sentencepiece.bpe.model"}


@pytest.fixture(params=["Albert", "XLMRoberta"])
def family(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def preset(family: str, train_pieces: Callable[..., bytes], tmp_path: pathlib.Path) -> str:
    """A folder as KerasHub writes it."""
    keras.utils.set_random_seed(3)
    model = train_pieces(LAYOUTS[family], TEXTS, vocab_size=20, normalization_rule_name="identity")
    tokenizer = getattr(keras_hub.models, f"{family}Tokenizer")(proto=model)
    sizes = {"vocabulary_size": tokenizer.vocabulary_size(), **SIZES, **OWN_SIZES[family]}
    getattr(keras_hub.models, f"{family}Backbone")(**sizes).save_to_preset(str(tmp_path))
    tokenizer.save_to_preset(str(tmp_path))
    return str(tmp_path)


@pytest.fixture
def hugging_face_folder(family: str, preset: str, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The same vocabulary as Hugging Face keeps it, beside weights of its own."""
    folder = tmp_path_factory.mktemp("hugging_face")
    model = (pathlib.Path(preset) / "assets/tokenizer/vocabulary.spm").read_bytes()
    (folder / FILES[family]).write_bytes(model)
    config = {
        "vocab_size": load_vocabulary(preset).size,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "hidden_size": 16,
        "intermediate_size": 32,
        **HUGGING_FACE[family],
    }
    (folder / "config.json").write_text(json.dumps(config))
    numbers = np.random.default_rng(4)
    tensors = {
        name: numbers.normal(0, 0.5, shape).astype("float32") for name, shape in _tensors(family, config).items()
    }
    safetensors.numpy.save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def _tensors(family: str, config: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    width = config.get("embedding_size", 16)
    dense = {"weight": (16, 16), "bias": (16,)}
    norm = {"weight": (16,), "bias": (16,)}
    wide, narrow = {"weight": (32, 16), "bias": (32,)}, {"weight": (16, 32), "bias": (16,)}
    parts: dict[str, dict[str, tuple[int, ...]]] = {
        "embeddings.word_embeddings": {"weight": (config["vocab_size"], width)},
        "embeddings.position_embeddings": {"weight": (config["max_position_embeddings"], width)},
        "embeddings.token_type_embeddings": {"weight": (config["type_vocab_size"], width)},
        "embeddings.LayerNorm": {"weight": (width,), "bias": (width,)},
        "pooler" if family == "Albert" else "pooler.dense": dense,
    }
    if family == "Albert":
        layer = "encoder.albert_layer_groups.0.albert_layers.0"
        parts |= {"encoder.embedding_hidden_mapping_in": {"weight": (16, width), "bias": (16,)}}
        parts |= {f"{layer}.attention.{name}": dense for name in ("query", "key", "value", "dense")}
        parts |= {f"{layer}.attention.LayerNorm": norm, f"{layer}.full_layer_layer_norm": norm}
        parts |= {f"{layer}.ffn": wide, f"{layer}.ffn_output": narrow}
    for index in range(0 if family == "Albert" else 2):
        layer = f"encoder.layer.{index}"
        parts |= {f"{layer}.attention.self.{name}": dense for name in ("query", "key", "value")}
        parts |= {f"{layer}.attention.output.dense": dense, f"{layer}.attention.output.LayerNorm": norm}
        parts |= {f"{layer}.intermediate.dense": wide, f"{layer}.output.dense": narrow}
        parts |= {f"{layer}.output.LayerNorm": norm}
    prefix = "albert." if family == "Albert" else "roberta."
    return {f"{prefix}{name}.{kind}": shape for name, shapes in parts.items() for kind, shape in shapes.items()}


def _inputs(preset: str) -> dict[str, np.ndarray]:
    ids = load_vocabulary(preset)
    rows = [[ids.start_id, 6, 7, ids.end_id, 8, ids.end_id], [ids.start_id, 9, ids.end_id, 0, 0, 0]]
    return {
        "token_ids": np.array(rows, "int32"),
        "segment_ids": np.array([[0, 0, 0, 0, 1, 1], [0] * 6], "int32"),
        "padding_mask": np.array([[1] * 6, [1] * 3 + [0] * 3], "int32"),
    }


def _network(preset: str, backbone: Any = None) -> keras.Model:
    facts = Facts(load_vocabulary(preset), ("no", "yes"))
    return TextClassification().build_network(backbone or load_backbone(preset, "float32"), facts, dropout=0.1)


def test_it_is_checked_like_a_bert(preset: str, hugging_face_folder: pathlib.Path) -> None:
    for each in (preset, str(hugging_face_folder)):
        check_preset(each, 12)
        with pytest.raises(UserError, match="has 12 positions, fewer than 13"):
            check_preset(each, 13)


def test_pieces_and_special_tokens_are_those_of_keras_hub(preset: str, family: str) -> None:
    theirs = getattr(keras_hub.models, f"{family}Tokenizer").from_preset(preset)
    texts = ["good bad film film", "a fib", ""]
    encoder = EncoderSettings(preset, 12).build()
    assert encoder.tokenize(tf.constant(texts)).to_list() == [list(map(int, row)) for row in theirs(texts)]
    ids = encoder.vocabulary
    assert (ids.start_id, ids.end_id, ids.mask_id) == (
        theirs.start_token_id,
        theirs.end_token_id,
        theirs.mask_token_id,
    )


def test_pairs_are_packed_as_the_family_was_trained(preset: str, family: str) -> None:
    encoder = TextEncoder(load_vocabulary(preset), 12)
    first, second = (encoder.tokenize(tf.constant([text])).to_list()[0] for text in ("good", "bad"))
    packed = {
        name: rows.to_list()[0] for name, rows in encoder.encode(tf.constant(["good"]), tf.constant(["bad"])).items()
    }
    start, end = encoder.vocabulary.start_id, encoder.vocabulary.end_id
    between = [end] if family == "Albert" else [end, end]
    assert packed["token_ids"] == [start, *first, *between, *second, end]
    assert packed["segment_ids"] == [0] * (1 + len(first) + len(between)) + [1] * (len(second) + 1)


def test_hugging_faces_folder_is_read(hugging_face_folder: pathlib.Path, family: str) -> None:
    folder = str(hugging_face_folder)
    backbone = load_backbone(folder, "float32")
    tensors = safetensors.numpy.load_file(hugging_face_folder / "model.safetensors")
    (words,) = (tensor for name, tensor in tensors.items() if name.endswith("word_embeddings.weight"))
    np.testing.assert_array_equal(backbone.token_embedding.embeddings, words)
    text = tf.constant(["GOOD Fílm"])
    ids = TextEncoder(load_vocabulary(folder), 12).tokenize(text).to_list()
    plain = TextEncoder(load_vocabulary(folder), 12).tokenize(tf.constant(["good film"])).to_list()
    assert (ids == plain) == (family == "Albert")
    (hugging_face_folder / "tokenizer_config.json").write_text('{"do_lower_case": false}')
    assert TextEncoder(load_vocabulary(folder), 12).tokenize(text).to_list() != plain


@pytest.mark.parametrize(
    "settings", [{"tokenizer_class": "BertTokenizer"}, {"sp_model_kwargs": {"alpha": 0.1}}, {"add_prefix_space": False}]
)
def test_tokeniser_that_is_used_otherwise_is_refused(
    hugging_face_folder: pathlib.Path, settings: dict[str, Any]
) -> None:
    (hugging_face_folder / "tokenizer_config.json").write_text(json.dumps(settings))
    with pytest.raises(UserError, match=f"{next(iter(settings))}: .* is not supported"):
        check_preset(str(hugging_face_folder), 12)


def test_folder_without_its_model_is_refused(hugging_face_folder: pathlib.Path, family: str) -> None:
    (hugging_face_folder / FILES[family]).unlink()
    with pytest.raises(UserError, match=f"whose vocabulary is in {FILES[family]}"):
        check_preset(str(hugging_face_folder), 12)
    (hugging_face_folder / FILES[family]).write_bytes(b"nothing")
    with pytest.raises(UserError, match="not a SentencePiece model"):
        check_preset(str(hugging_face_folder), 12)


def test_task_that_takes_word_pieces_apart_is_refused(preset: str, hugging_face_folder: pathlib.Path) -> None:
    for each in (preset, str(hugging_face_folder), "xlm_roberta_base_multi", "albert_base_en_uncased"):
        with pytest.raises(UserError, match="this task hides and guesses BERT's word pieces"):
            check_preset(each, 12, needs_word_pieces=True)
    check_preset("xlm_roberta_base_multi", 12)


def test_outputs_are_those_of_the_preset_and_do_not_depend_on_padding(preset: str) -> None:
    backbone, inputs = load_backbone(preset, "float32"), _inputs(preset)
    outputs = {name: np.array(values) for name, values in backbone(inputs).items()}
    assert outputs["pooled_output"].shape == (2, 16)
    alone = backbone({name: values[1:, :3] for name, values in inputs.items()})
    np.testing.assert_allclose(outputs["sequence_output"][1:, :3], alone["sequence_output"], atol=1e-5)
    original = keras_hub.models.Backbone.from_preset(preset)
    theirs = original({name: values for name, values in inputs.items() if name in original.input})
    theirs = theirs["sequence_output"] if isinstance(theirs, dict) else theirs
    np.testing.assert_allclose(outputs["sequence_output"], theirs, atol=1e-6)


def test_weights_pass_from_one_network_to_another(preset: str) -> None:
    trained = _network(preset)
    served = _network(preset, load_backbone(preset, "float32", load_weights=False))
    served.set_weights(trained.get_weights())
    inputs = _inputs(preset)
    np.testing.assert_allclose(trained(inputs, training=False), served(inputs, training=False), atol=1e-6)


@pytest.mark.parametrize(("what", "is_trained"), [("none", True), ("embeddings", True), ("all", False)])
def test_parts_are_frozen(preset: str, what: str, is_trained: bool) -> None:
    backbone = load_backbone(preset, "float32")
    freeze(backbone, what)
    paths = [weight.path for weight in backbone.trainable_weights]
    assert any("embedding" in path for path in paths) == (what == "none")
    assert any("self_attention" in path for path in paths) == is_trained


def test_layers_that_share_their_weights_are_not_frozen_by_number(preset: str, family: str) -> None:
    backbone = load_backbone(preset, "float32")
    if family == "Albert":
        with pytest.raises(UserError, match=r"training\.freeze: the transformer layers of an ALBERT share"):
            freeze(backbone, 1)
    else:
        freeze(backbone, 1)
        layers = {
            path.split("transformer_layer_")[1][0]
            for path in map(_path, backbone.trainable_weights)
            if "transformer_layer_" in path
        }
        assert layers == {"1"}


def _path(weight: Any) -> str:
    return weight.path


def test_low_rank_matrices_are_merged(preset: str) -> None:
    backbone, inputs = load_backbone(preset, "float32"), _inputs(preset)
    add_low_rank_matrices(backbone, 2)
    adapted = _network(preset, backbone)
    assert any("lora" in variable.path for variable in adapted.trainable_variables)
    numbers = np.random.default_rng(2)
    for variable in adapted.trainable_variables:
        variable.assign(variable + numbers.normal(0, 1.0, variable.shape).astype("float32"))
    expected = np.array(adapted(inputs, training=False))
    plain = _network(preset)
    plain.set_weights(merged_weights(adapted))
    np.testing.assert_allclose(plain(inputs, training=False), expected, atol=1e-4)
