"""Tiny SavedModels, and servers of them in this process, reached over real sockets."""

import contextlib
import dataclasses
import http.client
import json
import pathlib
import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest

from serving.server.model_server import ModelServer
from serving.server.options import ServerOptions


@dataclasses.dataclass(frozen=True)
class Served:
    """A running server and its clients."""

    rest_port: int
    grpc_port: int
    prediction: Any
    model: Any

    def rest(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """One HTTP request; gives the status, and the JSON of the answer if there is any."""
        status, content = self.raw(
            method, path, body if isinstance(body, bytes | None) else json.dumps(body), **headers
        )
        return status, json.loads(content) if content else None

    def raw(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.rest_port, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.read()

    def states(self, name: str) -> dict[int, str]:
        """The state of each version of a model."""
        rows = self.rest("GET", f"/v1/models/{name}")[1].get("model_version_status", [])
        return {int(row["version"]): row["state"] for row in rows}

    def wait_for(self, name: str, states: dict[int, str]) -> None:
        """Waits until the versions of a model are in these states."""
        deadline = time.monotonic() + 30
        while self.states(name) != states:
            assert time.monotonic() < deadline, self.states(name)
            time.sleep(0.02)

    def predict(self, name: str, x: float = 0.0) -> float:
        """Asks a `half` by gRPC."""
        from tensorflow_serving.apis import predict_pb2

        request = predict_pb2.PredictRequest()
        request.model_spec.name = name
        request.inputs["x"].dtype = 1
        request.inputs["x"].float_val.append(x)
        return float(self.prediction.Predict(request).outputs["y"].float_val[0])


Serve = Callable[..., contextlib.AbstractContextManager[Served]]


@contextlib.contextmanager
def serve(**options: Any) -> Iterator[Served]:
    """Serves while the context lasts, on ports of the server's choice."""
    from tensorflow_serving.apis import model_service_pb2_grpc, prediction_service_pb2_grpc

    given = {"port": 0, "rest_api_port": 0, "file_system_poll_wait_seconds": 0.05, "drain_seconds": 5} | options
    server = ModelServer(ServerOptions(**given))
    addresses = server.start()
    channel = grpc.insecure_channel(
        f"127.0.0.1:{addresses.grpc_port}", options=[("grpc.max_receive_message_length", -1)]
    )
    try:
        yield Served(
            addresses.rest_port or 0,
            addresses.grpc_port,
            prediction_service_pb2_grpc.PredictionServiceStub(channel),
            model_service_pb2_grpc.ModelServiceStub(channel),
        )
    finally:
        channel.close()
        server.drain()


@pytest.fixture(scope="session", name="serve")
def serve_fixture() -> Serve:
    return serve


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A folder of SavedModels, one in each folder."""
    import tensorflow as tf

    base = tmp_path_factory.mktemp("exported")

    def export(name: str, variable: tf.Variable | None = None, **signatures: Any) -> None:
        module = tf.Module()
        module.variable = variable
        module.signatures_kept = signatures
        tf.saved_model.save(module, str(base / name), signatures=signatures)

    def function(spec: dict[str, tf.TensorSpec], work: Callable[..., dict[str, tf.Tensor]]) -> Any:
        named = {name: tf.TensorSpec(one.shape, one.dtype, name=name) for name, one in spec.items()}
        return tf.function(work, autograph=False).get_concrete_function(**named)

    floats, strings = tf.TensorSpec([None], tf.float32), tf.TensorSpec([None], tf.string)
    for version, number in ((1, 2.0), (2, 3.0), (3, 4.0)):
        offset = tf.Variable(number)
        export(f"half{version}", offset, serving_default=function({"x": floats}, _half_plus(offset)))
    two = {"a": floats, "b": floats}
    export(
        "two",
        serving_default=function(two, lambda a, b: {"sum": a + b, "first": a[:1]}),
        swap=function(two, lambda a, b: {"a": b, "b": a}),
    )
    export(
        "text",
        serving_default=function({"text": strings}, lambda text: {"echo": text, "echo_bytes": text}),
        length=function({"text": strings}, lambda text: {"length": tf.strings.length(text)}),
    )
    _export_types(export, function)
    _export_on_examples(export, function)
    matrix = tf.eye(300)
    export(
        "slow",
        serving_default=function(
            {"rounds": tf.TensorSpec([], tf.int32)},
            lambda rounds: {
                "y": tf.while_loop(lambda i, _: i < rounds, lambda i, m: (i + 1, m @ matrix), (0, matrix))[1][0, :1]
            },
        ),
    )
    _export_with_tensorflow_1(base / "one")
    _add_default(base)
    return base


def _half_plus(offset: Any) -> Callable[[Any], dict[str, Any]]:
    return lambda x: {"y": x / 2 + offset}


def _export_types(export: Any, function: Any) -> None:
    import tensorflow as tf

    names = ("float32", "float64", "int32", "int16", "int8", "uint8", "int64", "uint32", "uint64", "bool", "string")
    signatures = {
        name: function({"x": tf.TensorSpec(None, getattr(tf, name))}, lambda x: {"y": tf.identity(x)}) for name in names
    }
    signatures["half"] = function({"x": tf.TensorSpec(None, tf.float16)}, lambda x: {"y": tf.identity(x)})
    signatures["matrix"] = function({"x": tf.TensorSpec([None, 2], tf.float32)}, lambda x: {"y": x})
    export("types", **signatures)


def _export_on_examples(export: Any, function: Any) -> None:
    import tensorflow as tf

    strings = {"inputs": tf.TensorSpec([None], tf.string)}

    def parsed(inputs: tf.Tensor) -> tf.Tensor:
        spec = {"x": tf.io.FixedLenFeature([], tf.float32), "bias": tf.io.FixedLenFeature([], tf.float32, 0.0)}
        features = tf.io.parse_example(inputs, spec)
        return features["x"] + features["bias"]

    def scores(inputs: tf.Tensor) -> tf.Tensor:
        return tf.stack([parsed(inputs), -parsed(inputs)], axis=1)

    def classes(inputs: tf.Tensor) -> tf.Tensor:
        return tf.tile(tf.constant([["yes", "no"]]), [tf.size(inputs), 1])

    export(
        "examples",
        serving_default=function(strings, lambda inputs: {"classes": classes(inputs), "scores": scores(inputs)}),
        classify_scores=function(strings, lambda inputs: {"scores": scores(inputs)}),
        classify_classes=function(strings, lambda inputs: {"classes": classes(inputs)}),
        regress=function(strings, lambda inputs: {"outputs": parsed(inputs) * 10}),
        regress_column=function(strings, lambda inputs: {"outputs": parsed(inputs)[:, None]}),
        regress_wide=function(strings, lambda inputs: {"outputs": scores(inputs)}),
        flat_scores=function(strings, lambda inputs: {"scores": parsed(inputs)}),
        many_outputs=function(strings, lambda inputs: {"a": inputs, "b": inputs, "c": inputs}),
        other_output=function(strings, lambda inputs: {"a": inputs}),
        other_input=function({"text": tf.TensorSpec([None], tf.string)}, lambda text: {"scores": scores(text)}),
        other_regress_input=function(
            {"text": tf.TensorSpec([None], tf.string)}, lambda text: {"outputs": parsed(text)}
        ),
        two_inputs=function(
            {"inputs": tf.TensorSpec([None], tf.string), "b": tf.TensorSpec([None], tf.string)},
            lambda inputs, b: {"scores": scores(inputs) + scores(b)},
        ),
    )


def _export_with_tensorflow_1(folder: pathlib.Path) -> None:
    import tensorflow as tf

    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, [None, 1], name="x")
        weight = v1.get_variable("weight", initializer=3.0, use_resource=False)
        session.run(v1.global_variables_initializer())
        v1.saved_model.simple_save(session, str(folder), {"x": x}, {"y": x * weight})


def _add_default(base: pathlib.Path) -> None:
    """Copies `two` to `default`, whose input `b` need not be sent."""
    import tensorflow as tf
    from tensorflow.core.protobuf import saved_model_pb2

    shutil.copytree(base / "two", base / "default")
    path = base / "default" / "saved_model.pb"
    saved = saved_model_pb2.SavedModel.FromString(path.read_bytes())
    saved.meta_graphs[0].signature_def["serving_default"].defaults["b"].CopyFrom(tf.make_tensor_proto([100.0]))
    path.write_bytes(saved.SerializeToString())


@pytest.fixture(scope="session")
def served(exported: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """All of `exported` on one server; `half` has the versions 1, 2 and 3."""
    base = tmp_path_factory.mktemp("served")
    entries = []
    for name in ("two", "text", "types", "examples", "slow", "one", "default"):
        (base / name).mkdir()
        (base / name / "1").symlink_to(exported / name)
        entries.append(f'config {{ name: "{name}" base_path: "{base / name}" model_platform: "tensorflow" }}')
    (base / "half").mkdir()
    for version in (1, 2, 3):
        (base / "half" / str(version)).symlink_to(exported / f"half{version}")
    entries.append(
        f'config {{ name: "half" base_path: "{base / "half"}" model_platform: "tensorflow" '
        'model_version_policy { all {} } version_labels { key: "stable" value: 1 } '
        'version_labels { key: "canary" value: 2 } }'
    )
    config = base / "models.config"
    config.write_text("model_config_list {\n" + "\n".join(entries) + "\n}\n", encoding="utf-8")
    with serve(model_config_file=config, allow_version_labels_for_unavailable_models=True) as running:
        running.wait_for("half", {1: "AVAILABLE", 2: "AVAILABLE", 3: "AVAILABLE"})
        yield running
