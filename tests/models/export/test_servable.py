import pathlib
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_transform as tft
from tensorflow.core.protobuf import saved_model_pb2

from models.export.servable import Servable
from models.network_inputs import network_inputs
from models.presets import load_backbone, load_vocabulary
from models.tasks.interface.facts import Facts
from models.tasks.text_classification import TextClassification
from models.tokenisation.text_encoder import TextEncoder

TASK = TextClassification()
LABELS = ("bad", "good", "so so")
TEXTS = ["a great movie", "", "awful food, awful service and a poor film", "GREAT!!", "日本語 naïve 😀"]
TOLERANCE = 1e-5


def _facts(tiny_preset: str) -> Facts:
    return Facts(load_vocabulary(tiny_preset), LABELS)


@pytest.fixture(scope="module")
def network(tiny_preset: str) -> Any:
    network = TASK.build_network(load_backbone(tiny_preset, "float32"), _facts(tiny_preset), dropout=0.5)
    for variable in network.trainable_variables:
        variable.assign(variable + np.random.default_rng(5).normal(0, 0.3, variable.shape).astype("float32"))
    return network


def _saved(network: Any, transform_output: tft.TFTransformOutput, preset: str, folder: str) -> str:
    facts = _facts(preset)
    servable = Servable(TASK, facts, network, transform_output, TextEncoder(facts.vocabulary, 12))
    tf.saved_model.save(servable, folder, signatures=servable.signatures())
    return folder


@pytest.fixture(scope="module")
def saved_model(
    network: Any, transform_output: tft.TFTransformOutput, tiny_preset: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    return _saved(network, transform_output, tiny_preset, str(tmp_path_factory.mktemp("model") / "1"))


@pytest.fixture(scope="module")
def signatures(saved_model: str) -> Any:
    model = tf.saved_model.load(saved_model)
    # A signature does not keep its model alive.
    model.signatures["serving_default"].model = model
    return model.signatures


@pytest.fixture(scope="module")
def expected(network: Any, tiny_preset: str) -> np.ndarray:
    """Scores of the Keras model, from texts tokenised outside the exported graph, one row at a time."""
    encoder = TextEncoder(load_vocabulary(tiny_preset), sequence_length=12)
    rows = [network(network_inputs(encoder.encode(tf.constant([text]))), training=False) for text in TEXTS]
    return tf.nn.softmax(tf.concat(rows, axis=0)).numpy()


def _examples(texts: list[str]) -> tf.Tensor:
    return tf.constant(
        [
            tf.train.Example(
                features=tf.train.Features(
                    feature={
                        "text": tf.train.Feature(bytes_list=tf.train.BytesList(value=[text.encode()])),
                        "channel": tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"chat"])),
                    }
                )
            ).SerializeToString()
            for text in texts
        ]
    )


def test_all_signatures_are_there(signatures: Any) -> None:
    assert set(signatures) == {"serving_default", "serve_examples", "serve_tokens", "classify"}


def test_raw_strings_and_examples_equal_the_keras_model(signatures: Any, expected: np.ndarray) -> None:
    for answers in (
        signatures["serving_default"](text=tf.constant(TEXTS)),
        signatures["serve_examples"](examples=_examples(TEXTS)),
    ):
        np.testing.assert_allclose(answers["scores"], expected, atol=TOLERANCE)
        np.testing.assert_allclose(answers["score"], expected.max(axis=1), atol=TOLERANCE)
        names = [LABELS[index].encode() for index in expected.argmax(axis=1)]
        assert answers["label"].numpy().tolist() == names
        assert answers["classes"].numpy().tolist() == [[name.encode() for name in LABELS]] * len(TEXTS)


def test_tokens_equal_the_keras_model(signatures: Any, expected: np.ndarray, tiny_preset: str) -> None:
    packed = TextEncoder(load_vocabulary(tiny_preset), sequence_length=12).encode(tf.constant(TEXTS))
    answers = signatures["serve_tokens"](**network_inputs(packed))
    np.testing.assert_allclose(answers["scores"], expected, atol=TOLERANCE)


def test_classify_has_the_form_that_tensorflow_serving_wants(signatures: Any, expected: np.ndarray) -> None:
    classify = signatures["classify"]
    assert list(classify.structured_input_signature[1]) == ["inputs"]
    answers = classify(inputs=_examples(TEXTS))
    assert {name: (value.dtype, value.shape.rank) for name, value in answers.items()} == {
        "classes": (tf.string, 2),
        "scores": (tf.float32, 2),
    }
    np.testing.assert_allclose(answers["scores"], expected, atol=TOLERANCE)


def test_an_empty_batch_has_empty_answers(signatures: Any) -> None:
    answers = signatures["serving_default"](text=tf.constant([], tf.string))
    assert answers["scores"].shape == (0, 3)
    assert answers["label"].shape == (0,)


def test_an_example_without_a_text_is_refused(signatures: Any) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="text"):
        signatures["serve_examples"](examples=tf.constant([tf.train.Example().SerializeToString()]))


def test_a_process_without_our_code_can_serve_it(
    saved_model: str, expected: np.ndarray, tmp_path: pathlib.Path
) -> None:
    code = f"""
import sys
import tensorflow as tf, tensorflow_text
answers = tf.saved_model.load({saved_model!r}).signatures["serving_default"](text=tf.constant({TEXTS!r}))
assert "models" not in sys.modules and "keras_hub" not in sys.modules
print(answers["scores"].numpy().tolist())
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    np.testing.assert_allclose(np.array(eval(done.stdout)), expected, atol=TOLERANCE)


def test_a_session_restores_every_variable_that_the_signatures_read(saved_model: str, expected: np.ndarray) -> None:
    """As TensorFlow Serving loads it; TensorFlow's own loader goes another way."""
    with tf.Graph().as_default() as graph, tf.compat.v1.Session() as session:
        signature = tf.compat.v1.saved_model.load(session, ["serve"], saved_model).signature_def["serving_default"]
        scores = session.run(signature.outputs["scores"].name, {signature.inputs["text"].name: TEXTS})
        handles = [node for node in graph.as_graph_def().node if node.op == "VarHandleOp"]
    np.testing.assert_allclose(scores, expected, atol=TOLERANCE)
    variables = tf.train.list_variables(f"{saved_model}/variables/variables")
    # One more holds the path of the label vocabulary, which is an asset.
    assert len(handles) - 1 == len([name for name, _ in variables if name != "_CHECKPOINTABLE_OBJECT_GRAPH"])


def test_attention_is_served_by_products_of_matrices(signatures: Any) -> None:
    graph = signatures["serving_default"].graph.as_graph_def()
    operations = {node.op for function in graph.library.function for node in function.node_def}
    operations |= {node.op for node in graph.node}
    assert "MatMul" in operations
    assert "Einsum" not in operations


def test_in_bfloat16_every_matrix_is_there_once_as_a_constant(
    network: Any,
    transform_output: tft.TFTransformOutput,
    tiny_preset: str,
    expected: np.ndarray,
    tmp_path: pathlib.Path,
) -> None:
    fast = TASK.build_network(load_backbone(tiny_preset, "mixed_bfloat16"), _facts(tiny_preset), dropout=0.5)
    fast.set_weights(network.get_weights())
    saved = _saved(fast, transform_output, tiny_preset, str(tmp_path / "1"))
    with tf.Graph().as_default() as graph, tf.compat.v1.Session() as session:
        signature = tf.compat.v1.saved_model.load(session, ["serve"], saved).signature_def["serving_default"]
        scores = session.run(signature.outputs["scores"].name, {signature.inputs["text"].name: TEXTS})
        definition = graph.as_graph_def()
    assert not np.array_equal(scores, expected)
    np.testing.assert_allclose(scores, expected, atol=2e-2)
    nodes = [*definition.node, *(node for function in definition.library.function for node in function.node_def)]
    constants = [node.attr["value"].tensor for node in nodes if node.op == "Const"]
    matrices = [
        part for part in constants if part.dtype == tf.bfloat16.as_datatype_enum and len(part.tensor_shape.dim) == 2
    ]
    # Four in each of two layers.
    assert len(matrices) == 8


def test_all_signatures_share_one_graph_of_the_network(saved_model: str) -> None:
    graph = saved_model_pb2.SavedModel.FromString(
        (pathlib.Path(saved_model) / "saved_model.pb").read_bytes()
    ).meta_graphs[0]
    assert len(graph.signature_def) > 3
    with_layers = [
        function.signature.name
        for function in graph.graph_def.library.function
        if sum(node.op.endswith("MatMul") for node in function.node_def) > 2
    ]
    assert len(with_layers) == 1
