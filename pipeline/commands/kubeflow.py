"""`bertline kubeflow`: the same pipeline on Kubeflow Pipelines."""

import os
import pathlib
from typing import Annotated

import typer

kubeflow = typer.Typer(help="Run the pipeline on Kubeflow Pipelines v2.", no_args_is_help=True)


@kubeflow.callback()
def _group() -> None:
    """Keeps `compile` a word of its own: typer drops the name of an only command."""


@kubeflow.command("compile")
def compile_command(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    image: Annotated[str, typer.Option(help="The image built from kubeflow/Dockerfile.", show_default=False)],
    pipeline_root: Annotated[
        str, typer.Option(help="Where artifacts go, such as minio://bucket/folder.", show_default=False)
    ],
    output: Annotated[pathlib.Path, typer.Option("--output", "-o", help="The file to write.")] = pathlib.Path(
        "pipeline.yaml"
    ),
    config_folder: Annotated[
        pathlib.Path,
        typer.Option(help="The containers' folder from which the config's relative paths are taken."),
    ] = pathlib.Path("/mnt/bertline"),
) -> None:
    """Write the pipeline as one YAML file that Kubeflow Pipelines v2 takes."""
    from models.presets import check_preset
    from models.tasks.interface.registry import task_class
    from pipeline.config_files.load_config import load_config
    from pipeline.log_file import log_file

    # The curated schema is read now and goes into the pipeline; all else is read in the containers.
    schema_file = load_config(config).schema_file
    there = load_config(config, config_folder).model_copy(update={"schema_file": schema_file})
    with log_file(pathlib.Path(os.devnull)) as terminal:
        if "/" not in there.model.preset:
            # What has one is a folder of the containers, or a download.
            needs_word_pieces = task_class(there.task).needs_word_pieces
            check_preset(there.model.preset, there.model.sequence_length, needs_word_pieces)

        from pipeline.kubeflow_runner import compile_pipeline

        compile_pipeline(there, pipeline_root, image, output)
        print(f"{output} is ready: upload it to Kubeflow Pipelines", file=terminal)
