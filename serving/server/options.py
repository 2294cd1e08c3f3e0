"""What the server is told when it starts."""

import dataclasses
import os
import pathlib


def _default_threads() -> int:
    # As many as the stock server has, but never so few that a handful of slow requests holds up all others: a thread
    # only waits while TensorFlow works.
    return max(16, 4 * len(os.sched_getaffinity(0)))


@dataclasses.dataclass(frozen=True)
class ServerOptions:
    """Options of the server, named after the stock server's flags where there is one.

    Attributes:
        drain_seconds: How long requests may take to end after SIGTERM. Kubernetes kills 30 seconds after it.
        host: Address to listen on. The stock server listens on all addresses; this one on loopback unless told
            otherwise.
        port: gRPC; 0 chooses a free one.
        rest_api_port: REST; 0 chooses a free one, None means no REST.
        rest_api_timeout_in_ms: Longest time that a REST request may run.
        rest_api_num_threads: Threads that answer REST requests.
        grpc_socket_path: A Unix socket that gRPC listens on as well.
        grpc_max_threads: Threads that answer gRPC requests.
        grpc_channel_arguments: Names and values for gRPC's server.
        ssl_config_file: A text-format SSLConfig; gRPC then speaks TLS only.
        enable_grpc_healthcheck_service: Whether gRPC answers health checks.
        model_name: Name of the one model, where there is no `model_config_file`.
        model_base_path: Its base folder.
        model_config_file: A text-format ModelServerConfig.
        model_config_file_poll_wait_seconds: Seconds between two looks at that file; 0 never looks again.
        file_system_poll_wait_seconds: Seconds between two looks at the base folders; 0 looks once.
        allow_version_labels_for_unavailable_models: Whether a new label may name a version that is not loaded.
        stop_at_end_of_input: Whether the server stops when its standard input ends, as it does with the parent process.
        enable_model_warmup: Whether warm-up requests are replayed before a version answers.
    """

    drain_seconds: float = 25
    host: str = "127.0.0.1"
    port: int = 8500
    rest_api_port: int | None = None
    rest_api_timeout_in_ms: int = 30_000
    rest_api_num_threads: int = dataclasses.field(default_factory=_default_threads)
    grpc_socket_path: str = ""
    grpc_max_threads: int = dataclasses.field(default_factory=_default_threads)
    grpc_channel_arguments: tuple[tuple[str, int | str], ...] = ()
    ssl_config_file: pathlib.Path | None = None
    enable_grpc_healthcheck_service: bool = False
    model_name: str = "default"
    model_base_path: str = ""
    model_config_file: pathlib.Path | None = None
    model_config_file_poll_wait_seconds: float = 0
    file_system_poll_wait_seconds: float = 1
    allow_version_labels_for_unavailable_models: bool = False
    enable_model_warmup: bool = True
    stop_at_end_of_input: bool = False
