"""`bertline serve`: serves promoted models by gRPC and REST, as TensorFlow Serving does."""

import argparse
import dataclasses
import pathlib
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from serving.server.options import ServerOptions

_REST_PORT = 8501


def serve(context: typer.Context) -> None:
    """Serve the promoted model by gRPC and REST, as TensorFlow Serving does.

    With a CONFIG, its model under its name; else what the flags of TensorFlow Serving's model server say. `--help` has
    them all.
    """
    from serving.server.flags import server_parser
    from serving.server.serve import serve as serve_until_stopped

    parser = server_parser("bertline serve")
    parser.add_argument(
        "config", nargs="?", type=pathlib.Path, metavar="CONFIG", help="the pipeline's YAML file, in place of a model"
    )
    serve_until_stopped(_options(parser.parse_args(context.args)))


def _options(flags: argparse.Namespace) -> "ServerOptions":
    from models.user_error import UserError
    from serving.server.flags import server_options

    config = flags.config
    del flags.config
    if config is None:
        return server_options(flags)
    if flags.model_base_path or flags.model_config_file:
        raise UserError(f"{config} says what to serve: leave out --model_base_path and --model_config_file")
    flags.model_name, flags.model_base_path = _model_of(config)
    options = server_options(flags)
    # REST is what most people try first; TensorFlow Serving's container has it there too.
    port = _REST_PORT if options.rest_api_port is None else options.rest_api_port
    return dataclasses.replace(options, rest_api_port=port)


def _model_of(path: pathlib.Path) -> tuple[str, str]:
    """The name and the base folder of a config's model, of which a version is in service."""
    from models.user_error import UserError
    from pipeline.config_files.load_config import load_config
    from serving.version_store import VersionStore

    config = load_config(path)
    store = VersionStore(config.serving.directory, config.name)
    if store.current() is None:
        raise UserError(f"no version of {config.name} is in service yet; `bertline run {path}` trains and promotes one")
    return config.name, str(store.base)
