"""Tiny SavedModels, and servers of them, reached over real sockets: ours, in this process, or the stock one.

With `--tf-serving-image` each server is TensorFlow Serving's container, and tests that ask no server are skipped, as
are those that want what only ours has.
"""

import contextlib
import dataclasses
import functools
import http.client
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest

from models.user_error import UserError
from serving.server.options import ServerOptions

_IMAGE = "--tf-serving-image"
_READY_SECONDS = 120
# Of the flags that the stock server has too; a test that sets another one is not for it.
_STOCK_FLAGS = {
    "allow_version_labels_for_unavailable_models", "batching_parameters_file", "enable_batching",
    "enable_grpc_healthcheck_service", "enable_model_warmup", "file_system_poll_wait_seconds", "grpc_channel_arguments",
    "grpc_max_threads", "grpc_socket_path", "model_base_path", "model_config_file",
    "model_config_file_poll_wait_seconds", "model_name", "monitoring_config_file", "port", "rest_api_num_threads",
    "rest_api_port", "rest_api_timeout_in_ms", "ssl_config_file",
}  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "embedded_only(reason): not for the stock server")
    if config.getoption(_IMAGE) and not _docker_answers():
        raise pytest.UsageError("TensorFlow Serving was not tried: there is no Docker here whose daemon answers.")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items if config.getoption(_IMAGE) else ():
        marker = item.get_closest_marker("embedded_only")
        if marker:
            item.add_marker(pytest.mark.skip(reason=marker.args[0]))
        elif not {"serve", "served"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.skip(reason="asks no server"))


def _docker_answers() -> bool:
    with contextlib.suppress(FileNotFoundError, subprocess.TimeoutExpired):
        return subprocess.run(["docker", "info"], capture_output=True, timeout=60, check=False).returncode == 0
    return False


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


Start = Callable[[dict[str, Any]], contextlib.AbstractContextManager[tuple[int, int]]]


@contextlib.contextmanager
def _embedded(options: dict[str, Any]) -> Iterator[tuple[int, int]]:
    """Our own server, on ports of its choice."""
    from serving.server.model_server import ModelServer

    # The stock server takes texts of any length.
    as_stock = {"max_rows_per_request": 0, "max_text_bytes": 0}
    given = {"port": 0, "rest_api_port": 0, "file_system_poll_wait_seconds": 0.05, "drain_seconds": 5}
    given = {**given, **as_stock, **options}
    server = ModelServer(ServerOptions(**given))
    addresses = server.start()
    try:
        yield addresses.grpc_port, addresses.rest_port or 0
    finally:
        server.drain()


@contextlib.contextmanager
def _container(image: str, shared: pathlib.Path, options: dict[str, Any]) -> Iterator[tuple[int, int]]:
    """TensorFlow Serving's container, which has the folder of all temporary files under the same name."""
    if options.keys() - _STOCK_FLAGS:
        pytest.skip("the stock server has no such option")
    given = {"port": _free_port(), "rest_api_port": _free_port()} | options
    ports = given["port"], given["rest_api_port"]
    name = f"bertline-{uuid.uuid4().hex}"
    docker = ["docker", "run", "--rm", "--name", name, "--network", "host", "--user", f"{os.getuid()}:{os.getgid()}"]
    command = [*docker, "--volume", f"{shared}:{shared}", "--entrypoint", "tensorflow_model_server", image]
    flags = [f"--{option}={_flag_value(value)}" for option, value in given.items()]
    with tempfile.TemporaryFile() as log, subprocess.Popen([*command, *flags], stdout=log, stderr=log) as process:
        try:
            deadline = time.monotonic() + _READY_SECONDS
            while not all(map(_is_open, ports)):
                if process.poll() is not None or time.monotonic() > deadline:
                    log.seek(0)
                    raise UserError(log.read().decode("utf-8", errors="replace"))
                time.sleep(0.1)
            yield ports
        finally:
            # It does not react to SIGTERM.
            subprocess.run(["docker", "kill", name], capture_output=True, check=False)


def _flag_value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ",".join(f"{name}={one}" for name, one in value)
    # It takes whole seconds only.
    return str(max(1, round(value)) if isinstance(value, float) else value)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _is_open(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def serve(start: Start, **options: Any) -> Iterator[Served]:
    """Serves while the context lasts."""
    from tensorflow_serving.apis import model_service_pb2_grpc, prediction_service_pb2_grpc

    with start(options) as (grpc_port, rest_port):
        channel = grpc.insecure_channel(f"127.0.0.1:{grpc_port}", options=[("grpc.max_receive_message_length", -1)])
        with channel:
            yield Served(
                rest_port,
                grpc_port,
                prediction_service_pb2_grpc.PredictionServiceStub(channel),
                model_service_pb2_grpc.ModelServiceStub(channel),
            )


@pytest.fixture(scope="session", name="serve")
def serve_fixture(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Serve:
    image = pytestconfig.getoption(_IMAGE)
    start = functools.partial(_container, image, tmp_path_factory.getbasetemp()) if image else _embedded
    return functools.partial(serve, start)


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
def served(serve: Serve, exported: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
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
