"""`bertline serve`: serves promoted models by gRPC and REST, as TensorFlow Serving does."""

import argparse
import dataclasses
import pathlib
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from pipeline.config import PipelineConfig
    from pipeline.monitoring.config import MonitoringConfig
    from serving.server.options import ServerOptions

_REST_PORT = 8501


def serve(context: typer.Context) -> None:
    """Serve the promoted model by gRPC and REST, as TensorFlow Serving does.

    With a CONFIG, its model under its name; else what the flags of TensorFlow Serving's model server say. `--help` has
    them all.
    """
    from serving.server.flags import server_parser
    from serving.server.options import LENGTH_BUCKETS
    from serving.server.serve import serve as serve_until_stopped

    parser = server_parser("bertline serve")
    # What the stock server, whose flags these are, has not: reflection for who tries a model with grpcurl, and batches
    # by length, without which batching texts gains nothing.
    parser.set_defaults(enable_grpc_reflection=True, batching_length_buckets=LENGTH_BUCKETS)
    parser.add_argument(
        "config", nargs="?", type=pathlib.Path, metavar="CONFIG", help="the pipeline's YAML file, in place of a model"
    )
    serve_until_stopped(_options(parser.parse_args(context.args)))


def _options(flags: argparse.Namespace) -> "ServerOptions":
    from models.user_error import UserError
    from pipeline.config_files.load_config import load_config
    from serving.server.flags import server_options

    config = flags.config
    del flags.config
    if config is None:
        return server_options(flags)
    if flags.model_base_path or flags.model_config_file:
        raise UserError(f"{config} says what to serve: leave out --model_base_path and --model_config_file")
    loaded = load_config(config)
    _serve_model_of(loaded, config, flags)
    options = _with_log(server_options(flags), loaded.monitoring)
    # REST is what most people try first; TensorFlow Serving's container has it there too.
    port = _REST_PORT if options.rest_api_port is None else options.rest_api_port
    return dataclasses.replace(options, rest_api_port=port)


def _with_log(options: "ServerOptions", monitoring: "MonitoringConfig") -> "ServerOptions":
    """Logs requests where the config says, unless a flag says it."""
    if options.prediction_log or not monitoring.prediction_log:
        return options
    log, rate = monitoring.prediction_log, monitoring.prediction_log_rate
    return dataclasses.replace(options, prediction_log=log, prediction_log_rate=rate)


def _serve_model_of(config: "PipelineConfig", path: pathlib.Path, flags: argparse.Namespace) -> None:
    """Names a config's model, of which a version is in service; with its labels where all versions are here."""
    from models.user_error import UserError
    from pipeline.versions.version_in_service import version_in_service
    from serving.named_versions.models_config import MODELS_CONFIG

    serving = config.serving
    if flags.prediction_log and config.redact:
        raise UserError(
            f"{path} says `redact: true`, and a prediction log holds what people ask; leave one of them out"
        )
    found = version_in_service(config, path)
    flags.model_name, flags.model_base_path = config.name, str(found.folder.parent)
    # A models.config that names the place as servers elsewhere see it says nothing here.
    if serving.models_config and not serving.on_object_store and serving.served_from is None:
        flags.model_base_path = ""
        flags.model_config_file = found.folder.parent / MODELS_CONFIG
        flags.model_config_file_poll_wait_seconds = flags.model_config_file_poll_wait_seconds or 1
