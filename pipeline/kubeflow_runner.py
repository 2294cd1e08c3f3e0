"""Compiles the pipeline for open-source Kubeflow Pipelines v2."""

import pathlib
import re
from typing import Any

from models.user_error import UserError
from pipeline.config import PipelineConfig
from pipeline.places import Places, local_beam_arguments

# The container image has the code there: kubeflow/Dockerfile.
ENTRYPOINT_COMMAND = ("python", "/app/kubeflow/entrypoint.py")

# KFP's launcher has mounts for these only.
_PIPELINE_ROOT_SCHEMES = ("minio://", "s3://", "gs://")


def compile_pipeline(config: PipelineConfig, pipeline_root: str, image: str, output: pathlib.Path) -> None:
    """Writes the pipeline as KFP v2 IR (schema 2.1), YAML; the same arguments give the same bytes.

    Args:
        config: What to run; its paths are those that the containers see.
        pipeline_root: Where artifacts go, such as `minio://bucket/folder`.
        image: The container image of every task.
        output: The file to write.

    Raises:
        UserError: Kubeflow cannot take the config's name or the pipeline root.
    """
    if "_" in config.name:
        raise UserError(f"name: {config.name!r}: Kubeflow takes no `_`; {config.name.replace('_', '-')!r} would do")
    if not pipeline_root.startswith(_PIPELINE_ROOT_SCHEMES):
        raise UserError(f"pipeline root {pipeline_root!r}: begins with none of {', '.join(_PIPELINE_ROOT_SCHEMES)}")

    import yaml

    from pipeline.dag import create_pipeline

    spec = pipeline_spec(create_pipeline(config, kubeflow_places(config, pipeline_root, image)), image)
    output.write_text(yaml.safe_dump(spec, sort_keys=True), encoding="utf-8")


def kubeflow_places(config: PipelineConfig, pipeline_root: str, image: str) -> Places:
    """The places of runs on Kubeflow, which keeps the metadata itself.

    Args:
        config: What to run.
        pipeline_root: Where artifacts go.
        image: The container image of every task, and of Beam's workers where a runner starts any.
    """
    return Places(
        pipeline_root=pipeline_root.rstrip("/"),
        # Not below the pipeline root: the launcher uploads nothing for a task that failed, and Beam has no file system
        # for `minio://`.
        failed_rejects=f"{config.runs_directory}/{config.name}/rejects",
        # Each try of a task has a pipeline root of its own.
        checkpoints=f"{config.runs_directory}/{config.name}/checkpoints",
        metadata_path=None,
        beam_arguments=local_beam_arguments(image),
    )


def pipeline_spec(pipeline: Any, image: str) -> dict[str, Any]:
    """Compiles a TFX pipeline, and puts right what open-source KFP would not run.

    Args:
        pipeline: A `tfx.orchestration.pipeline.Pipeline`.
        image: The container image of every task.

    Returns:
        KFP's PipelineSpec, as JSON values.
    """
    from tfx.orchestration.kubeflow.v2.kubeflow_v2_dag_runner import KubeflowV2DagRunner, KubeflowV2DagRunnerConfig

    runner = KubeflowV2DagRunner(
        KubeflowV2DagRunnerConfig(
            default_image=image, default_commands=list(ENTRYPOINT_COMMAND), use_pipeline_spec_2_1=True
        )
    )
    job = runner.run(pipeline, write_out=False)
    spec: dict[str, Any] = _with_importable_types(job["pipelineSpec"], pipeline)
    # TFX leaves the root to Vertex AI's job, which is no part of the YAML.
    spec["defaultPipelineRoot"] = pipeline.pipeline_info.pipeline_root
    return spec


def _with_importable_types(spec: Any, pipeline: Any) -> Any:
    """Names our artifact types by their full import paths.

    TFX's entrypoint imports a type by its schema's title; TFX's compiler writes the `TYPE_NAME` there, which it
    restricts to one dot. Titles also occur inside the JSON of the containers' arguments.
    """
    types = {channel.type for component in pipeline.components for channel in component.outputs.values()}
    paths = {type_.TYPE_NAME: f"{type_.__module__}.{type_.__qualname__}" for type_ in types if "." in type_.TYPE_NAME}
    if not paths:
        return spec
    title = re.compile(rf"\btitle: ({'|'.join(map(re.escape, sorted(paths)))})(?=\n|\\n)")

    def rename(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: rename(item) for key, item in value.items()}
        if isinstance(value, list):
            return [rename(item) for item in value]
        return title.sub(lambda match: f"title: {paths[match[1]]}", value) if isinstance(value, str) else value

    return rename(spec)
