"""`bertline kubeflow compile`: writes the pipeline for Kubeflow Pipelines."""

import os
import pathlib
from typing import Annotated, Literal

import typer


def compile_command(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    output: Annotated[pathlib.Path, typer.Option("--output", "-o", help="The file to write.")] = pathlib.Path(
        "pipeline.yaml"
    ),
    image: Annotated[
        str | None, typer.Option(help="The image built from kubeflow/Dockerfile; else kubeflow.image.")
    ] = None,
    pipeline_root: Annotated[
        str | None,
        typer.Option(help="Where artifacts go, such as minio://bucket/folder; else kubeflow.pipeline_root."),
    ] = None,
    target: Annotated[Literal["kubeflow", "vertex"], typer.Option(help="The backend that runs it.")] = "kubeflow",
) -> None:
    """Write the pipeline as one YAML file that Kubeflow Pipelines v2 takes, or as a JSON file for Vertex AI."""
    from pipeline.kubeflow.load import load_for_kubeflow
    from pipeline.log_file import log_file

    there = load_for_kubeflow(config, image, pipeline_root, target)
    with log_file(pathlib.Path(os.devnull)) as terminal:
        from pipeline.kubeflow.compile import compile_pipeline

        compile_pipeline(there, output, target)
        print(f"{output} is ready", file=terminal)
