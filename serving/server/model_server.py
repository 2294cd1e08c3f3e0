"""The whole server: models, gRPC and REST."""

import dataclasses
import pathlib

from models.user_error import UserError
from serving.server.batching.batching_parameters import BatchingParameters, read_batching_parameters
from serving.server.batching.tensorflow_batcher import TensorFlowBatcher
from serving.server.engine.load_servable import load_servable
from serving.server.engine.request_limits import RequestLimits
from serving.server.engine.servable import Servable
from serving.server.grpc_api.grpc_server import GrpcServer
from serving.server.inference.service import Service
from serving.server.inference.warm_up import warm_up
from serving.server.monitoring.metrics import Metrics
from serving.server.options import ServerOptions
from serving.server.prediction_log.request_logs import LogSettings, RequestLogs
from serving.server.rest.rest_api import RestApi
from serving.server.rest.rest_server import RestServer
from serving.server.serving_error import ServingError
from serving.server.versions.config_file_poll import ConfigFilePoll
from serving.server.versions.config_reload import ConfigReload
from serving.server.versions.model_config import ModelConfigs, read_model_config_file, single_model_config
from serving.server.versions.model_manager import ModelManager


@dataclasses.dataclass(frozen=True)
class Addresses:
    """Where the server listens.

    Attributes:
        host: The address.
        grpc_port: gRPC's port.
        rest_port: REST's port; None where there is no REST.
    """

    host: str
    grpc_port: int
    rest_port: int | None

    def __str__(self) -> str:
        """One line, which `serving.server.process` reads."""
        grpc = f"gRPC on {self.host}:{self.grpc_port}"
        return grpc if self.rest_port is None else f"{grpc}, REST on {self.host}:{self.rest_port}"


class ModelServer:
    """Loads the models first, then opens the ports."""

    def __init__(self, options: ServerOptions) -> None:
        """Starts nothing yet."""
        self._options = options
        self._batcher = TensorFlowBatcher(_batching_parameters(options)) if options.enable_batching else None
        self._manager = ModelManager(self._load, options.file_system_poll_wait_seconds)
        self._metrics = Metrics()
        self._logs = RequestLogs(self._metrics.add_dropped_log)
        self._reload = ConfigReload(
            self._manager, options.allow_version_labels_for_unavailable_models, self._log_requests
        )
        service = Service(self._manager, self._reload, self._logs)
        self._grpc = GrpcServer(service, self._metrics, options)
        api = RestApi(service, options.rest_api_timeout_in_ms, self._metrics)
        self._rest = None if options.rest_api_port is None else RestServer(api, self._metrics, options)
        self._poll: ConfigFilePoll | None = None
        self._log = LogSettings(options.prediction_log, options.prediction_log_rate) if options.prediction_log else None

    def start(self) -> Addresses:
        """Returns when the models are available and the ports open.

        Raises:
            UserError: A model or the config cannot be used, or a port is taken.
        """
        try:
            return self._start()
        except ServingError as error:
            self.drain()
            raise UserError(f"Failed to start server. Error: {error}") from error
        except UserError:
            self.drain()
            raise

    def drain(self) -> None:
        """Accepts no more requests, answers those that run, and unloads the models."""
        if self._poll:
            self._poll.stop()
        grpc_stopped = self._grpc.stop()
        if self._rest:
            self._rest.drain()
        grpc_stopped.wait()
        self._manager.stop()
        if self._batcher:
            self._batcher.close()
        self._logs.close()

    def _start(self) -> Addresses:
        self._manager.start()
        self._reload.apply(self._first_config(), lambda: True)
        if self._poll:
            self._poll.start()
        return Addresses(self._options.host, self._grpc.start(), self._rest.start() if self._rest else None)

    def _first_config(self) -> object:
        options = self._options
        if options.model_config_file is None:
            return single_model_config(options.model_name, options.model_base_path, self._log)
        config = read_model_config_file(options.model_config_file)
        if options.model_config_file_poll_wait_seconds > 0:
            seconds = options.model_config_file_poll_wait_seconds
            self._poll = ConfigFilePoll(options.model_config_file, seconds, self._reload)
        return config

    def _load(self, name: str, version: int, folder: pathlib.Path) -> Servable:
        servable = load_servable(name, version, folder, self._batcher)
        if self._options.enable_model_warmup:
            try:
                warm_up(servable, folder)
            except ServingError:
                servable.retire(lambda: None)
                raise
        servable.when_run = self._metrics.add_run
        servable.limits = RequestLimits(self._options.max_rows_per_request, self._options.max_text_bytes)
        return servable

    def _log_requests(self, configs: ModelConfigs) -> None:
        # A models.config that a promotion writes says nothing of logs; whoever starts the server may.
        logs = {config.name: config.log or self._log for config in configs.values()}
        self._logs.update({name: log for name, log in logs.items() if log})


def _batching_parameters(options: ServerOptions) -> BatchingParameters:
    path = options.batching_parameters_file
    parameters = read_batching_parameters(path) if path else BatchingParameters()
    return dataclasses.replace(parameters, length_buckets=options.batching_length_buckets)
