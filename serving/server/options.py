"""What the server is told when it starts."""

import dataclasses
import os
import pathlib

LENGTH_BUCKETS = (40, 80, 160, 320, 480)
"""Limits in bytes that texts are batched by where nobody says otherwise; measured in benchmarks/NOTES.md."""


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
        rest_api_num_threads: Threads that answer REST requests; 0 for as many as are sensible.
        rest_api_max_body_bytes: Ours: largest body of a REST request, not compressed.
        grpc_socket_path: A Unix socket that gRPC listens on as well.
        grpc_max_request_bytes: Ours: largest gRPC request; `grpc.max_receive_message_length` among the channel
            arguments goes before it.
        grpc_max_timeout_in_ms: Ours: longest time that a gRPC request may run, whatever deadline its client set; 0 for
            as long as that.
        max_rows_per_request: Ours: see RequestLimits; 0 for no limit.
        max_text_bytes: Ours: likewise.
        grpc_max_threads: Threads that answer gRPC requests; 0 for as many as are sensible.
        grpc_channel_arguments: Names and values for gRPC's server.
        ssl_config_file: A text-format SSLConfig; gRPC then speaks TLS only.
        enable_grpc_reflection: Ours: whether gRPC tells clients what it can be asked.
        max_requests_in_flight: Ours: requests that gRPC, and likewise REST, has accepted and not answered yet at most;
            more are refused at once.
        monitoring_config_file: A text-format MonitoringConfig: metrics for Prometheus, on the REST port.
        prediction_log: Ours: folder and beginning of the names of files that log requests of models without a log of
            their own.
        prediction_log_rate: The share of its requests that are logged.
        enable_grpc_healthcheck_service: Whether gRPC answers health checks.
        model_name: Name of the one model, where there is no `model_config_file`.
        model_base_path: Its base folder.
        model_config_file: A text-format ModelServerConfig.
        model_config_file_poll_wait_seconds: Seconds between two looks at that file; 0 never looks again.
        file_system_poll_wait_seconds: Seconds between two looks at the base folders; 0 looks once.
        allow_version_labels_for_unavailable_models: Whether a new label may name a version that is not loaded.
        ui: Whether REST's port has a page to try the models as well; not one of the stock server's flags.
        stop_at_end_of_input: Whether the server stops when its standard input ends, as it does with the parent process.
        enable_batching: Whether requests that come together run as one batch.
        batching_parameters_file: A text-format BatchingParameters.
        batching_length_buckets: Ours: texts are batched by length, with these limits in bytes; see BatchingParameters.
        enable_model_warmup: Whether warm-up requests are replayed before a version answers.
    """

    drain_seconds: float = 25
    host: str = "127.0.0.1"
    port: int = 8500
    rest_api_port: int | None = None
    rest_api_timeout_in_ms: int = 30_000
    rest_api_num_threads: int = 0
    rest_api_max_body_bytes: int = 64 * 2**20
    grpc_socket_path: str = ""
    grpc_max_request_bytes: int = 64 * 2**20
    grpc_max_timeout_in_ms: int = 300_000
    max_rows_per_request: int = 4096
    max_text_bytes: int = 2**20
    grpc_max_threads: int = 0
    grpc_channel_arguments: tuple[tuple[str, int | str], ...] = ()
    ssl_config_file: pathlib.Path | None = None
    enable_grpc_healthcheck_service: bool = False
    enable_grpc_reflection: bool = False
    max_requests_in_flight: int = 256
    monitoring_config_file: pathlib.Path | None = None
    prediction_log: str = ""
    prediction_log_rate: float = 0.1
    model_name: str = "default"
    model_base_path: str = ""
    model_config_file: pathlib.Path | None = None
    model_config_file_poll_wait_seconds: float = 0
    file_system_poll_wait_seconds: float = 1
    allow_version_labels_for_unavailable_models: bool = False
    enable_batching: bool = False
    batching_parameters_file: pathlib.Path | None = None
    batching_length_buckets: tuple[int, ...] = ()
    enable_model_warmup: bool = True
    ui: bool = False
    stop_at_end_of_input: bool = False

    @property
    def grpc_threads(self) -> int:
        """How many threads answer gRPC requests."""
        return self.grpc_max_threads or self._sensible_threads()

    @property
    def rest_threads(self) -> int:
        """How many threads answer REST requests."""
        return self.rest_api_num_threads or self._sensible_threads()

    def _sensible_threads(self) -> int:
        # As many as the stock server has, but never so few that a handful of slow requests holds up all others: a
        # thread only waits while TensorFlow works. Batches form of requests that wait, so these must be more.
        return max(64 if self.enable_batching else 16, 4 * len(os.sched_getaffinity(0)))
