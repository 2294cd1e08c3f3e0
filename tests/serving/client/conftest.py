"""Tiny text models, and servers of them, reached over real sockets."""

import contextlib
import dataclasses
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest


@dataclasses.dataclass(frozen=True)
class Addresses:
    """Where a server of the models `labels`, `vectors` and `pairs` is."""

    grpc: str
    rest: str


Serve = Callable[..., contextlib.AbstractContextManager[Addresses]]


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The base folders of three models by name, and a config file of all of them.

    `labels` tells how long a text is; it takes seconds for "slow", and refuses "bad". `vectors` has one output, `pairs`
    two inputs.
    """
    import tensorflow as tf

    base = tmp_path_factory.mktemp("models")
    strings = tf.TensorSpec([None], tf.string)
    matrix = tf.eye(300)

    def labels(text: tf.Tensor) -> dict[str, tf.Tensor]:
        rounds = tf.where(tf.reduce_any(text == "slow"), 10_000, 0)
        product = tf.while_loop(lambda i, _: i < rounds, lambda i, m: (i + 1, m @ matrix), (0, matrix))[1]
        with tf.control_dependencies([tf.debugging.assert_none_equal(text, "bad", message="bad is refused")]):
            length = tf.cast(tf.strings.length(text, unit="UTF8_CHAR"), tf.float32) * product[0, 0]
        scores = tf.stack([1 / length, 1 - 1 / length], axis=1)
        return {
            "label": tf.where(length > 10, "long", "short"),
            "score": tf.reduce_max(scores, axis=1),
            "classes": tf.tile([["short", "long"]], [tf.size(text), 1]),
            "scores": scores,
        }

    def vectors(text: tf.Tensor) -> dict[str, tf.Tensor]:
        length = tf.cast(tf.strings.length(text), tf.float32)
        return {"embedding": tf.stack([length, -length], axis=1)}

    def pairs(question: tf.Tensor, context: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"both_bytes": question + "/" + context, "length": tf.strings.length(context)}

    specs = {labels: ["text"], vectors: ["text"], pairs: ["question", "context"]}
    entries = []
    for work, inputs in specs.items():
        signature = {name: tf.TensorSpec(strings.shape, strings.dtype, name=name) for name in inputs}
        function = tf.function(work, autograph=False).get_concrete_function(**signature)
        folder = base / work.__name__
        module = tf.Module()
        module.kept = function
        tf.saved_model.save(module, str(folder / "1"), signatures={"serving_default": function})
        entries.append(f'config {{ name: "{work.__name__}" base_path: "{folder}" model_platform: "tensorflow" }}')
    (base / "models.config").write_text("model_config_list {\n" + "\n".join(entries) + "\n}\n", encoding="utf-8")
    return base


@pytest.fixture(scope="session")
def serve(models: pathlib.Path) -> Serve:
    """Serves the models in this process while a context lasts."""
    from serving.server.model_server import ModelServer
    from serving.server.options import ServerOptions

    @contextlib.contextmanager
    def run(**options: Any) -> Iterator[Addresses]:
        given = {"port": 0, "rest_api_port": 0, "drain_seconds": 1, "model_config_file": models / "models.config"}
        server = ModelServer(ServerOptions(**given | options))
        places = server.start()
        try:
            yield Addresses(f"localhost:{places.grpc_port}", f"http://localhost:{places.rest_port}")
        finally:
            server.drain()

    return run


@pytest.fixture(scope="session")
def served(serve: Serve) -> Iterator[Addresses]:
    with serve() as addresses:
        yield addresses


@pytest.fixture(scope="session", params=["grpc", "rest"])
def address(request: pytest.FixtureRequest, served: Addresses) -> str:
    """Both wires in turn."""
    return str(getattr(served, request.param))
