"""The compiled pipeline that a command uploads."""

import contextlib
import pathlib
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from models.user_error import UserError

if TYPE_CHECKING:
    from pipeline.kubeflow.client.compiled_pipeline import CompiledPipeline


PipelineFile = Annotated[
    pathlib.Path | None,
    typer.Option(
        metavar="FILE",
        help="What `bertline kubeflow compile` wrote; without it, the config is compiled now.",
        show_default=False,
    ),
]


@contextlib.contextmanager
def compiled_file(config: pathlib.Path, given: pathlib.Path | None) -> "Iterator[CompiledPipeline]":
    """Takes a file that was compiled before, or compiles a config.

    Args:
        config: The config file.
        given: A compiled file.

    Yields:
        The pipeline; its file lasts until here.

    Raises:
        UserError: The config is at fault, or the file is no compiled pipeline, or another one's.
    """
    from pipeline.config_files.load_config import config_as_written
    from pipeline.kubeflow.client.compiled_pipeline import CompiledPipeline

    if given is not None:
        compiled, name = CompiledPipeline.read(given), config_as_written(config).name
        if compiled.name != name:
            raise UserError(f"{given} is the pipeline {compiled.name!r}, and {config} is {name!r}")
        yield compiled
        return
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "pipeline.yaml"
        _compile(config, path)
        yield CompiledPipeline.read(path)


def _compile(config: pathlib.Path, output: pathlib.Path) -> None:
    from pipeline.kubeflow.compile import compile_pipeline
    from pipeline.kubeflow.load import load_for_kubeflow

    compile_pipeline(load_for_kubeflow(config), output)
