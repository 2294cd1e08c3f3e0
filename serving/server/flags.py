"""The command line of the server: the stock server's flags."""

import argparse
import itertools
import pathlib
from collections.abc import Sequence

from models.user_error import UserError
from serving.server.options import ServerOptions

_DEFAULTS = ServerOptions()
_UI_PORT = 8501
_DESCRIPTION = "Serves SavedModels by gRPC and REST, as TensorFlow Serving's model server does, and takes its flags."


def server_parser(program: str) -> argparse.ArgumentParser:
    """A parser of the flags.

    Args:
        program: The command's name, for its usage.
    """
    parser = argparse.ArgumentParser(program, description=_DESCRIPTION, allow_abbrev=False)
    _add_model_flags(parser.add_argument_group("models"))
    _add_batching_flags(parser.add_argument_group("batching"))
    _add_grpc_flags(parser.add_argument_group("gRPC"))
    _add_rest_flags(parser.add_argument_group("REST"))
    _add_switch(parser, "stop_at_end_of_input", "stop when standard input ends, as it does with the parent process")
    _add_monitoring_flags(parser.add_argument_group("monitoring"))
    return parser


def server_options(flags: argparse.Namespace) -> ServerOptions:
    """The options that parsed flags stand for.

    Args:
        flags: What `server_parser` gave.

    Raises:
        UserError: They do not go together.
    """
    given = dict(vars(flags))
    if not given["model_base_path"] and given["model_config_file"] is None:
        raise UserError("there is nothing to serve: give --model_base_path or --model_config_file")
    if given["ui"] and given["rest_api_port"] is None:
        given["rest_api_port"] = _UI_PORT
    if given["batching_parameters_file"] and not given["enable_batching"]:
        raise UserError("--batching_parameters_file is set without --enable_batching")
    if given["prediction_log"] and given["model_config_file"]:
        raise UserError("--prediction_log is for one model; in a --model_config_file each has a logging_config")
    given["grpc_channel_arguments"] = _channel_arguments(given["grpc_channel_arguments"])
    return ServerOptions(**given)


def _add_model_flags(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--model_name", default=_DEFAULTS.model_name, metavar="NAME", help="name of the model (%(default)s)"
    )
    group.add_argument("--model_base_path", default="", metavar="FOLDER", help="folder of its versions, absolute")
    group.add_argument(
        "--model_config_file",
        type=pathlib.Path,
        metavar="FILE",
        help="a text-format ModelServerConfig, in place of name and base path",
    )
    _add_number(group, "model_config_file_poll_wait_seconds", float, "seconds between two looks at that file; 0: one")
    _add_number(group, "file_system_poll_wait_seconds", float, "seconds between two looks for new versions; 0: one")
    _add_switch(group, "allow_version_labels_for_unavailable_models", "let new labels name versions not loaded yet")
    _add_switch(group, "enable_model_warmup", "replay a model's warm-up requests before it answers")


def _add_batching_flags(group: argparse._ArgumentGroup) -> None:
    _add_switch(group, "enable_batching", "run requests that come together as one batch")
    group.add_argument(
        "--batching_parameters_file", type=pathlib.Path, metavar="FILE", help="a text-format BatchingParameters"
    )
    group.add_argument(
        "--batching_length_buckets",
        type=_increasing,
        default=_DEFAULTS.batching_length_buckets,
        metavar="BYTES,…",
        help="batch texts of up to so many bytes by themselves, and longer ones likewise, so that a short one never "
        "waits for a long one in its batch; the stock server has no such flag",
    )


def _add_grpc_flags(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--host", default=_DEFAULTS.host, help="address to listen on, for REST too (%(default)s)")
    _add_number(group, "drain_seconds", float, "how long requests may take to end after SIGTERM, by REST too")
    _add_number(group, "port", int, "port; 0 chooses one")
    group.add_argument("--grpc_socket_path", default="", metavar="PATH", help="a Unix socket to listen on as well")
    _add_number(group, "grpc_max_request_bytes", int, "largest request")
    _add_number(group, "grpc_max_timeout_in_ms", int, "longest time that a request may take; 0: its client's deadline")
    _add_number(group, "max_rows_per_request", int, "rows of one request at most, by REST too; 0: no limit")
    _add_number(group, "max_text_bytes", int, "bytes of one text at most, by REST too; 0: no limit")
    _add_number(group, "grpc_max_threads", int, "threads that answer requests; 0: the server chooses")
    _add_number(group, "max_requests_in_flight", int, "requests accepted and not answered at most, REST's likewise")
    group.add_argument(
        "--grpc_channel_arguments", default="", metavar="NAME=VALUE,…", help="arguments of gRPC's server"
    )
    group.add_argument("--ssl_config_file", type=pathlib.Path, metavar="FILE", help="a text-format SSLConfig")
    _add_switch(group, "enable_grpc_healthcheck_service", "answer health checks")
    _add_switch(group, "enable_grpc_reflection", "tell grpcurl and its like what can be asked")


def _add_rest_flags(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--rest_api_port", type=int, metavar="NUMBER", help="port; 0 chooses one, and without the flag there is no REST"
    )
    _add_number(group, "rest_api_timeout_in_ms", int, "longest time that a request may take")
    _add_number(group, "rest_api_num_threads", int, "threads that answer requests; 0: the server chooses")
    _add_number(group, "rest_api_max_body_bytes", int, "largest body of a request")
    _add_switch(group, "ui", f"a page to try the models at / of that port, which is {_UI_PORT} unless given")


def _add_monitoring_flags(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--monitoring_config_file",
        type=pathlib.Path,
        metavar="FILE",
        help="a text-format MonitoringConfig: metrics for Prometheus, on the REST port",
    )
    group.add_argument(
        "--prediction_log",
        "--prediction-log",
        default=_DEFAULTS.prediction_log,
        metavar="PREFIX",
        help="folder and beginning of the names of TFRecord files that log requests with their answers",
    )
    group.add_argument(
        "--prediction_log_rate",
        "--prediction-log-rate",
        type=_share,
        default=_DEFAULTS.prediction_log_rate,
        metavar="SHARE",
        help="share of the requests that are logged (%(default)s)",
    )


def _add_number(group: argparse._ArgumentGroup, name: str, kind: type, words: str) -> None:
    default = getattr(_DEFAULTS, name)
    group.add_argument(f"--{name}", type=kind, default=default, metavar="NUMBER", help=f"{words} (%(default)s)")


def _add_switch(group: argparse._ActionsContainer, name: str, words: str) -> None:
    group.add_argument(
        f"--{name}",
        nargs="?",
        type=_boolean,
        const=True,
        default=getattr(_DEFAULTS, name),
        metavar="true|false",
        help=f"{words} (%(default)s)",
    )


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not between 0 and 1")
    return share


def _increasing(text: str) -> tuple[int, ...]:
    numbers = tuple(int(number) for number in text.split(",") if number)
    if any(first >= second for first, second in itertools.pairwise((0, *numbers))):
        raise argparse.ArgumentTypeError(f"{text!r} is no list of increasing numbers")
    return numbers


def _boolean(text: str) -> bool:
    values = {"true": True, "1": True, "false": False, "0": False}
    if text.lower() not in values:
        raise argparse.ArgumentTypeError(f"{text!r} is neither true nor false")
    return values[text.lower()]


def _channel_arguments(text: str) -> tuple[tuple[str, int | str], ...]:
    arguments: list[tuple[str, int | str]] = []
    for pair in filter(None, text.split(",")):
        name, equals, value = pair.partition("=")
        if not equals:
            raise UserError(f"--grpc_channel_arguments: {pair!r} is not of the form name=value")
        arguments.append((name, int(value) if value.lstrip("-").isdigit() else value))
    return tuple(arguments)


def parse_flags(arguments: Sequence[str], program: str) -> ServerOptions:
    """Parses a command line; a wrong one, or one that asks for help, ends the process as argparse does.

    Args:
        arguments: Without the command's name.
        program: The command's name.

    Raises:
        UserError: See `server_options`.
    """
    return server_options(server_parser(program).parse_args(arguments))
