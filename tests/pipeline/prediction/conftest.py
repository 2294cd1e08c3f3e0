"""A pipeline with a model in service that tells how long texts are, and a server of it."""

import dataclasses
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest


@dataclasses.dataclass(frozen=True)
class Project:
    """A config file, and where its model is served."""

    config: pathlib.Path
    grpc: str
    rest: str


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The model refuses "bad", and takes a while for each batch."""
    import tensorflow as tf

    from serving.server.model_server import ModelServer
    from serving.server.options import ServerOptions

    matrix = tf.eye(200)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="text")], autograph=False)
    def answer(text: Any) -> Any:
        product = tf.while_loop(lambda i, _: i < 20, lambda i, m: (i + 1, m @ matrix), (0, matrix))[1]
        with tf.control_dependencies([tf.debugging.assert_none_equal(text, "bad", message="no bad texts")]):
            length = tf.cast(tf.strings.length(text, unit="UTF8_CHAR"), tf.float32) * product[0, 0]
        return {"label": tf.where(length > 10, "long", "short"), "score": 1 / length}

    folder = tmp_path_factory.mktemp("project")
    module = tf.Module()
    module.answer = answer
    tf.saved_model.save(module, str(folder / "serving/x/1"), signatures={"serving_default": answer})
    path = folder / "pipeline.yaml"
    path.write_text("name: x\ntask: text_classification\ndata: {path: data.csv, columns: {text: message}}\n")
    options = ServerOptions(
        port=0, rest_api_port=0, drain_seconds=1, model_name="x", model_base_path=str(folder / "serving/x")
    )
    server = ModelServer(options)
    places = server.start()
    yield Project(path, f"localhost:{places.grpc_port}", f"http://localhost:{places.rest_port}")
    server.drain()
