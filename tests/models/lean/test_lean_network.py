"""A lean network has the variables of the one it is made of, and computes the same."""

from typing import Any

import keras
import keras_hub
import numpy as np
import pytest
import tensorflow as tf

from models.backbones.bert_like import BertLike
from models.lean.dropout import LeanDropout
from models.lean.embedding import LeanEmbedding
from models.lean.encoder import LeanEncoder
from models.lean.layer_normalization import LeanLayerNormalization
from models.lean.network import lean_network
from models.networks.classifier import build_classifier
from models.networks.embedder import build_embedder

SIZES = {"num_layers": 2, "num_heads": 2, "hidden_dim": 16, "intermediate_dim": 32, "dropout": 0.3}
FAMILIES = {
    "Bert": {"vocabulary_size": 40},
    "DistilBert": {"vocabulary_size": 40},
    "Electra": {"vocab_size": 40, "embedding_dim": 8},
    "Albert": {"vocabulary_size": 40, "embedding_dim": 8},
    "XLMRoberta": {"vocabulary_size": 40},
}
INPUTS = {
    "token_ids": np.array([[2, 5, 3, 7, 3], [2, 6, 3, 0, 0]], "int32"),
    "segment_ids": np.array([[0, 0, 0, 1, 1], [0, 0, 0, 0, 0]], "int32"),
    "padding_mask": np.array([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]], "int32"),
}


def _backbone(family: str, dtype: str = "float32") -> Any:
    keras.utils.set_random_seed(3)
    backbone = getattr(keras_hub.models, f"{family}Backbone")(**SIZES, **FAMILIES[family], dtype=dtype)
    for weight in backbone.weights:
        # Biases and scales of a new network are all the same.
        weight.assign(weight + 0.2 * keras.random.normal(weight.shape))
    return backbone if isinstance(backbone.output, dict) else BertLike(backbone, "tanh")


def _gradients(network: keras.Model, training: bool = False) -> dict[str, np.ndarray]:
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.cast(network(INPUTS, training=training), tf.float32) * [[1.0, -2.0], [0.5, 1.0]])
    values = [variable.value for variable in network.trainable_variables]
    gradients = tape.gradient(loss, values)
    paths = [variable.path for variable in network.trainable_variables]
    return {path: tf.convert_to_tensor(each).numpy() for path, each in zip(paths, gradients, strict=True)}


@pytest.mark.parametrize("family", FAMILIES)
def test_outputs_gradients_and_variables_are_the_same(family: str) -> None:
    network = build_classifier(_backbone(family), 2, 0.1)
    lean = lean_network(network)
    assert {LeanEncoder, LeanDropout, LeanLayerNormalization} <= {type(each) for each in lean._flatten_layers()}
    np.testing.assert_allclose(lean(INPUTS), network(INPUTS), rtol=1e-4, atol=1e-5)
    assert [weight.path for weight in lean.weights] == [weight.path for weight in network.weights]
    assert all(mine is its for mine, its in zip(lean.weights, network.weights, strict=True))
    expected = _gradients(network)
    for path, gradient in _gradients(lean).items():
        np.testing.assert_allclose(gradient, expected[path], rtol=1e-3, atol=1e-4, err_msg=path)


@pytest.mark.parametrize("training", [False, True])
def test_gradients_of_training_are_those_of_its_own_numbers(training: bool) -> None:
    network = build_classifier(_backbone("Bert"), 2, 0.0)
    for layer in network._flatten_layers():
        if isinstance(layer, keras.layers.Dropout):
            layer.rate = 0.0
    np.testing.assert_allclose(
        *(
            np.concatenate([each.ravel() for each in _gradients(of, training).values()])
            for of in (lean_network(network), network)
        ),
        rtol=1e-3,
        atol=1e-4,
    )


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("dtype", ["mixed_bfloat16", "mixed_float16"])
def test_half_precision_is_as_near_to_float32_as_that_of_keras(family: str, dtype: str) -> None:
    exact = _backbone(family)
    network = _backbone(family, dtype)
    network.set_weights(exact.get_weights())
    outputs = [np.array(each(INPUTS)["sequence_output"], "float32") for each in (exact, network, lean_network(network))]
    is_piece = INPUTS["padding_mask"].astype(bool)
    theirs, ours = (np.abs(other - outputs[0])[is_piece].mean() for other in outputs[1:])
    assert 0 < ours < 1.5 * theirs


def test_a_row_of_padding_alone_is_finite() -> None:
    inputs = {**INPUTS, "padding_mask": np.zeros_like(INPUTS["padding_mask"])}
    assert np.isfinite(lean_network(_backbone("Bert", "mixed_float16"))(inputs)["pooled_output"]).all()


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_final_is_the_same_until_weights_change(family: str) -> None:
    backbone = _backbone(family)
    lean = lean_network(backbone, is_final=True)
    before = backbone(INPUTS)["sequence_output"]
    np.testing.assert_allclose(lean(INPUTS)["sequence_output"], before, rtol=1e-4, atol=1e-5)
    for weight in backbone.weights:
        if "query" in weight.path:
            weight.assign(weight + 1)
    np.testing.assert_allclose(lean(INPUTS)["sequence_output"], before, rtol=1e-4, atol=1e-5)


def test_in_bfloat16_the_table_of_the_embedding_is_not_cast() -> None:
    lean = lean_network(_backbone("Bert", "mixed_bfloat16"))
    assert any(isinstance(layer, LeanEmbedding) for layer in lean.layers)
    specs = {name: tf.TensorSpec([None, None], tf.int32, name=name) for name in INPUTS}
    graph = tf.function(lambda **inputs: lean(inputs), autograph=False).get_concrete_function(**specs).graph
    gathers = [operation for operation in graph.get_operations() if operation.type in ("ResourceGather", "GatherV2")]
    tables = [gather.inputs[0] for gather in gathers if gather.inputs[0].shape.as_list() == [40, 16]]
    assert [table.dtype for table in tables] == [tf.float32]


def test_low_rank_matrices_count() -> None:
    backbone = _backbone("Bert")
    backbone.enable_lora(2)
    for variable in backbone.trainable_variables:
        variable.assign(keras.random.normal(variable.shape))
    network = build_classifier(backbone, 2, 0.1)
    lean = lean_network(network)
    np.testing.assert_allclose(lean(INPUTS), network(INPUTS), rtol=1e-4, atol=1e-5)
    expected = _gradients(network)
    assert any("lora" in path for path in expected)
    for path, gradient in _gradients(lean).items():
        np.testing.assert_allclose(gradient, expected[path], rtol=1e-3, atol=1e-4, err_msg=path)


def test_training_drops_out_anew_at_each_call_and_begins_again_with_the_same_states() -> None:
    network = _backbone("Bert")
    lean = lean_network(network)
    states = [variable for variable in network.variables if "seed" in variable.path]
    before = [state.numpy() for state in states]
    first, second = (lean(INPUTS, training=True)["sequence_output"] for _ in range(2))
    assert not np.allclose(first, second)
    for state, value in zip(states, before, strict=True):
        state.assign(value)
    np.testing.assert_array_equal(lean(INPUTS, training=True)["sequence_output"], first)


@pytest.mark.parametrize("rate", [0.0, 0.001, 0.1, 0.5, 0.999])
def test_dropout_keeps_sums(rate: float) -> None:
    keras.utils.set_random_seed(1)
    layer = LeanDropout(keras.layers.Dropout(rate))
    kept = np.array(layer(np.ones([1001, 1003], "float32"), training=True))
    share = (kept == 0).mean()
    assert share == pytest.approx(rate, abs=1 / 256)
    assert bool(share) == bool(rate)
    assert kept.mean() == pytest.approx(1, abs=0.05)
    # Of neighbours, one says nothing about the other.
    assert (kept[:, 1:] * kept[:, :-1] > 0).mean() == pytest.approx((1 - share) ** 2, abs=0.005)
    np.testing.assert_array_equal(layer(np.ones([2, 3], "float32"), training=False), np.ones([2, 3]))


def test_what_it_does_not_know_stays_as_it_is() -> None:
    class Own(keras.Model):
        def call(self, inputs: Any) -> Any:
            return inputs

    own = Own()
    assert lean_network(own) is own
    inputs = keras.Input([5, 16])
    first = keras_hub.layers.TransformerEncoder(32, 2, normalize_first=True)
    shaped = keras.layers.Dropout(0.5, noise_shape=(None, 1, 16))
    norm = keras.layers.LayerNormalization(axis=1)
    network = keras.Model(inputs, norm(shaped(first(inputs))))
    assert lean_network(network).layers[1:] == [first, shaped, norm]


def _encoded_positions(network: keras.Model) -> list[int]:
    """How many positions of the two rows of `INPUTS` each encoder layer feeds forward, in their order."""
    specs = {name: tf.TensorSpec(value.shape, tf.int32, name=name) for name, value in INPUTS.items()}
    graph = tf.function(lambda **inputs: network(inputs), autograph=False).get_concrete_function(**specs).graph
    shapes = [operation.outputs[0].shape for operation in graph.get_operations() if operation.type == "MatMul"]
    return [rows // 2 for rows, width in shapes if width == SIZES["intermediate_dim"]]


@pytest.mark.parametrize("is_final", [False, True])
@pytest.mark.parametrize("family", FAMILIES)
def test_of_what_a_head_reads_the_first_position_of_the_last_layer_encodes_no_other(
    family: str, is_final: bool
) -> None:
    backbone = _backbone(family)
    classifier, embedder = build_classifier(backbone, 2, 0.1), build_embedder(backbone, "cls")
    for network in (classifier, embedder):
        lean = lean_network(network, is_final)
        assert _encoded_positions(lean) == [5, 1]
        np.testing.assert_allclose(lean(INPUTS), network(INPUTS), rtol=1e-4, atol=1e-5)
    assert _encoded_positions(lean_network(backbone, is_final)) == [5, 5]
    assert _encoded_positions(lean_network(build_embedder(backbone, "mean"), is_final)) == [5, 5]


def test_a_head_that_reads_more_gets_all_positions() -> None:
    backbone = _backbone("Bert")
    outputs = backbone(backbone.input)
    sequence, pooled = outputs["sequence_output"], outputs["pooled_output"]
    again = backbone({**backbone.input, "segment_ids": backbone.input["padding_mask"]})["sequence_output"]
    for read in ([sequence, pooled], [sequence[:, :2]], [sequence[:1, 0]], [sequence[:, 0, :4], sequence[:, 1]]):
        network = keras.Model(backbone.input, read)
        lean = lean_network(network)
        assert _encoded_positions(lean) == [5, 5]
        for mine, its in zip(lean(INPUTS), network(INPUTS), strict=True):
            np.testing.assert_allclose(mine, its, rtol=1e-4, atol=1e-5)
    # Called twice: what one call reads, both give.
    network = keras.Model(backbone.input, [pooled, keras.ops.max(again, axis=1)])
    lean = lean_network(network)
    assert _encoded_positions(lean) == [5, 5, 5, 5]
    for mine, its in zip(lean(INPUTS), network(INPUTS), strict=True):
        np.testing.assert_allclose(mine, its, rtol=1e-4, atol=1e-5)
