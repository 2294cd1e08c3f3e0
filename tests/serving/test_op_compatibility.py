"""Which servers have the ops of a model."""

import pathlib
import re

import pytest
import tensorflow as tf
import tensorflow_text
from tensorflow.core.protobuf import saved_model_pb2

from models.user_error import UserError
from serving.op_compatibility import ops_of, ops_unknown_to, parse_release

_FUNCTION = "a_function"


def _saved_model(folder: pathlib.Path, *ops: str, in_function: bool = False) -> pathlib.Path:
    model = saved_model_pb2.SavedModel()
    graph = model.meta_graphs.add().graph_def
    nodes = graph.node
    if in_function:
        graph.node.add(name="call", op=_FUNCTION)
        function = graph.library.function.add()
        function.signature.name = _FUNCTION
        nodes = function.node_def
    for number, op in enumerate(ops):
        nodes.add(name=f"node_{number}", op=op)
    folder.mkdir(exist_ok=True)
    (folder / "saved_model.pb").write_bytes(model.SerializeToString())
    return folder


@pytest.mark.parametrize("in_function", [False, True])
@pytest.mark.parametrize(
    ("op", "release", "needed"),
    [
        ("MatMul", (2, 0), None),
        ("_Retval", (2, 0), None),
        ("FastWordpieceTokenizeWithOffsets", (2, 8), None),
        ("FastBertNormalize", (2, 12), None),
        ("FastBertNormalize", (2, 11), "TensorFlow Serving 2.12 or later"),
        ("TFText>RoundRobinTrim", (2, 20), None),
        ("TFText>RoundRobinTrim", (2, 19), "TensorFlow Serving 2.20 or later"),
        ("SimpleMLInferenceOpWithHandle", (2, 21), "a server built with it"),
    ],
)
def test_what_a_server_lacks(
    tmp_path: pathlib.Path, op: str, release: tuple[int, int], needed: str | None, in_function: bool
) -> None:
    folder = _saved_model(tmp_path, "Const", op, in_function=in_function)
    assert ops_unknown_to(release, folder) == ({op: needed} if needed else {})
    assert ops_of(folder) == {"Const", op}


def test_every_op_that_the_installed_package_registers_is_in_the_table(tmp_path: pathlib.Path) -> None:
    """So that an op of a newer tensorflow-text is not taken for one that no server has."""
    folder = pathlib.Path(tensorflow_text.__file__).parent / "python" / "ops"
    found = (re.findall(rb"\0(TFText>[A-Za-z0-9]+)\0", library.read_bytes()) for library in folder.glob("*.so"))
    registered = {name.decode() for names in found for name in names}
    assert len(registered) > 10
    model = _saved_model(tmp_path, *registered)
    assert ops_unknown_to((2, 20), model) == {}


@pytest.mark.parametrize(("text", "release"), [("2.20", (2, 20)), ("2.20.1", (2, 20)), ("3.0", (3, 0))])
def test_releases(text: str, release: tuple[int, int]) -> None:
    assert parse_release(text) == release


@pytest.mark.parametrize("text", ["", "2", "latest", "v2.20"])
def test_what_is_no_release(text: str) -> None:
    with pytest.raises(UserError, match="is no release of TensorFlow Serving"):
        parse_release(text)


def test_a_real_model_of_tensorflow_text(tmp_path: pathlib.Path) -> None:
    class Module(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
        def words(self, texts: tf.Tensor) -> tf.Tensor:
            return tensorflow_text.WhitespaceTokenizer().tokenize(texts).to_tensor()

    module = Module()
    tf.saved_model.save(module, str(tmp_path), signatures=module.words)
    assert "TFText>WhitespaceTokenizeWithOffsetsV2" in ops_of(tmp_path)
    assert ops_unknown_to((2, 8), tmp_path) == {}
    assert "TFText>WhitespaceTokenizeWithOffsetsV2" in ops_unknown_to((2, 7), tmp_path)
