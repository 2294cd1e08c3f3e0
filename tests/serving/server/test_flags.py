import pathlib

import pytest

from models.user_error import UserError
from serving.server.flags import parse_flags
from serving.server.options import ServerOptions


def _parse(*arguments: str) -> ServerOptions:
    return parse_flags(arguments, "server")


def test_flags_become_options() -> None:
    options = _parse(
        "--port=1",
        "--rest_api_port=2",
        "--rest_api_timeout_in_ms=3",
        "--grpc_socket_path=/s",
        "--model_name=m",
        "--model_base_path=/b",
        "--model_config_file_poll_wait_seconds=4",
        "--file_system_poll_wait_seconds",
        "0.5",
        "--grpc_channel_arguments=grpc.max_connection_age_ms=2000,grpc.x=y",
        "--grpc_max_threads=6",
        "--ssl_config_file=/c",
        "--allow_version_labels_for_unavailable_models",
        "--enable_model_warmup=false",
        "--enable_batching",
        "--batching_parameters_file=/p",
        "--batching_length_buckets=32,128",
        "--monitoring_config_file=/m",
        "--prediction-log=/l",
        "--prediction-log-rate=0.5",
        "--enable_grpc_reflection",
        "--max_requests_in_flight=9",
        "--rest_api_max_body_bytes=10",
    )
    assert options == ServerOptions(
        port=1,
        rest_api_port=2,
        rest_api_timeout_in_ms=3,
        grpc_socket_path="/s",
        model_name="m",
        model_base_path="/b",
        model_config_file_poll_wait_seconds=4,
        file_system_poll_wait_seconds=0.5,
        grpc_channel_arguments=(("grpc.max_connection_age_ms", 2000), ("grpc.x", "y")),
        grpc_max_threads=6,
        ssl_config_file=pathlib.Path("/c"),
        allow_version_labels_for_unavailable_models=True,
        enable_model_warmup=False,
        enable_batching=True,
        batching_parameters_file=pathlib.Path("/p"),
        batching_length_buckets=(32, 128),
        monitoring_config_file=pathlib.Path("/m"),
        prediction_log="/l",
        prediction_log_rate=0.5,
        enable_grpc_reflection=True,
        max_requests_in_flight=9,
        rest_api_max_body_bytes=10,
    )


def test_defaults_are_the_stock_servers_but_for_the_address() -> None:
    options = _parse("--model_base_path=/b")
    assert (options.port, options.rest_api_port, options.model_name) == (8500, None, "default")
    assert (options.rest_api_timeout_in_ms, options.file_system_poll_wait_seconds) == (30_000, 1)
    assert options.host == "127.0.0.1"
    assert (options.enable_batching, options.batching_length_buckets, options.enable_grpc_reflection) == (
        False,
        (),
        False,
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "nothing to serve"),
        (("--model_base_path=/b", "--batching_parameters_file=/f"), "is set without --enable_batching"),
        (("--model_config_file=/c", "--prediction_log=/l"), "in a --model_config_file each has a logging_config"),
        (("--model_base_path=/b", "--grpc_channel_arguments=x"), "'x' is not of the form name=value"),
    ],
)
def test_what_does_not_go_together_is_refused(arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(UserError, match=message):
        _parse(*arguments)


def test_switching_off_what_is_not_there_is_no_fault() -> None:
    assert _parse("--model_base_path=/b", "--enable_batching=false").model_base_path == "/b"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--unknown=1",),
        ("--port=x",),
        ("--enable_model_warmup=perhaps",),
        ("--mod=x",),
        ("--batching_length_buckets=8,8",),
        ("--batching_length_buckets=x",),
        ("--prediction_log_rate=2",),
    ],
)
def test_a_wrong_command_line_ends_the_process(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        _parse(*arguments)
    assert caught.value.code == 2
    assert arguments[0].partition("=")[0] in capsys.readouterr().err
