"""TLS, Unix sockets, health checks, several clients at once."""

import concurrent.futures
import pathlib
import socket
from typing import Any

import grpc
import pytest
from tensorflow_serving.apis import get_model_status_pb2, model_service_pb2_grpc

from models.user_error import UserError


@pytest.fixture(scope="module")
def base(exported: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("base")
    (folder / "1").symlink_to(exported / "half1")
    return str(folder)


def _ssl_config(certificates: pathlib.Path, path: pathlib.Path, client_verify: bool) -> pathlib.Path:
    def quoted(name: str) -> str:
        return '"' + (certificates / name).read_text(encoding="utf-8").replace("\n", "\\n") + '"'

    lines = [f"server_key: {quoted('server.key')}", f"server_cert: {quoted('server.pem')}"]
    if client_verify:
        lines += [f"custom_ca: {quoted('ca.pem')}", "client_verify: true"]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _status(channel: grpc.Channel) -> int:
    request = get_model_status_pb2.GetModelStatusRequest()
    request.model_spec.name = "half"
    response = model_service_pb2_grpc.ModelServiceStub(channel).GetModelStatus(request, timeout=10)
    return int(response.model_version_status[0].state)


@pytest.mark.parametrize("client_verify", [False, True])
def test_tls(serve: Any, base: str, certificates: pathlib.Path, tmp_path: pathlib.Path, client_verify: bool) -> None:
    config = _ssl_config(certificates, tmp_path / "ssl.config", client_verify)
    ca, key, certificate = [(certificates / name).read_bytes() for name in ("ca.pem", "client.key", "client.pem")]
    with serve(model_name="half", model_base_path=base, ssl_config_file=config) as served:
        target = f"localhost:{served.grpc_port}"
        known = grpc.ssl_channel_credentials(ca, key, certificate)
        with grpc.secure_channel(target, known) as channel:
            assert _status(channel) == 30
        with grpc.secure_channel(target, grpc.ssl_channel_credentials(ca)) as channel:
            if client_verify:
                with pytest.raises(grpc.RpcError):
                    _status(channel)
            else:
                assert _status(channel) == 30
        with grpc.insecure_channel(target) as channel, pytest.raises(grpc.RpcError):
            _status(channel)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("server_kee: 1", "Error parsing text-format tensorflow.serving.SSLConfig: .*server_kee"),
        ('server_key: "x"', "names no server_key or no server_cert"),
        ('server_key: "x" server_cert: "y" client_verify: true', "has no custom_ca"),
        (None, "cannot be read"),
    ],
)
def test_bad_ssl_configs_end_the_start(
    serve: Any, base: str, tmp_path: pathlib.Path, content: str | None, message: str
) -> None:
    config = tmp_path / "ssl.config"
    if content is not None:
        config.write_text(content, encoding="utf-8")
    with (
        pytest.raises(UserError, match=message),
        serve(model_name="half", model_base_path=base, ssl_config_file=config),
    ):
        pass


def test_a_unix_socket_answers_too(serve: Any, base: str, tmp_path: pathlib.Path) -> None:
    path = str(tmp_path / "grpc.sock")
    with serve(model_name="half", model_base_path=base, grpc_socket_path=path) as served:
        with grpc.insecure_channel(f"unix:{path}") as channel:
            assert _status(channel) == 30
        assert served.predict("half") == 2.0


def test_health_checks_on_demand(serve: Any, base: str) -> None:
    health_pb2 = pytest.importorskip("grpc_health.v1.health_pb2")
    health_pb2_grpc = pytest.importorskip("grpc_health.v1.health_pb2_grpc")
    with (
        serve(model_name="half", model_base_path=base, enable_grpc_healthcheck_service=True) as served,
        grpc.insecure_channel(f"127.0.0.1:{served.grpc_port}") as channel,
    ):
        stub = health_pb2_grpc.HealthStub(channel)
        for service in ("", "tensorflow.serving.PredictionService", "ModelService"):
            answer = stub.Check(health_pb2.HealthCheckRequest(service=service))
            assert answer.status == health_pb2.HealthCheckResponse.SERVING
        with pytest.raises(grpc.RpcError) as caught:
            stub.Check(health_pb2.HealthCheckRequest(service="x"))
        assert caught.value.code() == grpc.StatusCode.NOT_FOUND


def test_health_checks_are_off_by_default(served: Any) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{served.grpc_port}") as channel:
        with pytest.raises(grpc.RpcError) as caught:
            channel.unary_unary("/grpc.health.v1.Health/Check")(b"")
        assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.embedded_only("the words are ours")
def test_a_taken_port_is_told(serve: Any, base: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for kind, option in (("gRPC", "port"), ("REST", "rest_api_port")):
            message = f"{kind} cannot listen on 127.0.0.1:{port}"
            options = {"model_name": "half", "model_base_path": base, option: port}
            with pytest.raises(UserError, match=message), serve(**options):
                pass


def test_channel_arguments_reach_grpc(serve: Any, base: str) -> None:
    arguments = (("grpc.max_receive_message_length", 10),)
    with serve(model_name="half", model_base_path=base, grpc_channel_arguments=arguments) as served:
        with pytest.raises(grpc.RpcError) as caught:
            served.predict("half")
        assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED


def test_many_clients_at_once_get_their_own_answers(served: Any) -> None:
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        by_grpc = list(pool.map(lambda x: served.predict("half", x), range(300)))
        assert by_grpc == [x / 2 + 4 for x in range(300)]
        bodies = [{"instances": [x, -x]} for x in range(200)]
        by_rest = list(pool.map(lambda body: served.rest("POST", "/v1/models/half:predict", body), bodies))
    assert by_rest == [(200, {"predictions": [x / 2 + 4, -x / 2 + 4]}) for x in range(200)]


def test_reflection_on_demand(serve: Any, base: str) -> None:
    from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

    def names(served: Any) -> list[str]:
        with grpc.insecure_channel(f"127.0.0.1:{served.grpc_port}") as channel:
            asked = iter([reflection_pb2.ServerReflectionRequest(list_services="")])
            answer = next(iter(reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo(asked)))
            return [service.name for service in answer.list_services_response.service]

    def files(served: Any, symbol: str) -> int:
        with grpc.insecure_channel(f"127.0.0.1:{served.grpc_port}") as channel:
            asked = iter([reflection_pb2.ServerReflectionRequest(file_containing_symbol=symbol)])
            answer = next(iter(reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo(asked)))
            return len(answer.file_descriptor_response.file_descriptor_proto)

    with serve(model_name="half", model_base_path=base, enable_grpc_reflection=True) as served:
        assert {"tensorflow.serving.PredictionService", "tensorflow.serving.ModelService"} < set(names(served))
        assert files(served, "tensorflow.serving.PredictionService") > 0
        assert files(served, "tensorflow.serving.ModelService") > 0
    with serve(model_name="half", model_base_path=base) as served, pytest.raises(grpc.RpcError) as caught:
        names(served)
    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED
