"""Compiles the pipeline for open-source Kubeflow Pipelines v2, or for Vertex AI."""

import json
import pathlib
from typing import Any, Literal

from models.user_error import UserError
from pipeline.beam.check import check_on_kubeflow
from pipeline.config import PipelineConfig
from pipeline.kubeflow.config import KubeflowConfig, TaskConfig

Target = Literal["kubeflow", "vertex"]

_PIPELINE_ROOT_SCHEMES: dict[Target, tuple[str, ...]] = {
    # KFP's launcher has mounts for these only.
    "kubeflow": ("minio://", "s3://", "gs://"),
    "vertex": ("gs://",),
}
# A pipeline becomes an Argo Workflow, which has to fit into one object of Kubernetes: 1.5 MiB, of which the backend
# needs a part.
_MOST_BYTES = 1_000_000


def compile_pipeline(config: PipelineConfig, output: pathlib.Path, target: Target = "kubeflow") -> None:
    """Writes the pipeline; the same config gives the same bytes.

    Args:
        config: What to run; its paths are those that the containers see.
        output: The file to write: for Kubeflow the PipelineSpec (KFP v2 IR, schema 2.1) and what its tasks ask of
            Kubernetes, as two YAML documents; for Vertex AI a PipelineJob, as JSON.
        target: For which backend.

    Raises:
        UserError: The backend cannot take the config.
    """
    check_config(config, target)

    from models.presets import check_preset
    from models.tasks.interface.registry import task_class
    from pipeline.kubeflow.lint import lint
    from pipeline.kubeflow.pipeline_spec import pipeline_spec

    preset = config.model.preset
    if "/" not in preset:
        # What has one is a folder of the containers, or a download.
        check_preset(preset, config.model.sequence_length, task_class(config.task).needs_word_pieces)
    spec = pipeline_spec(config)
    lint(spec)
    text = _as_job(spec) if target == "vertex" else _as_documents(spec, config.kubeflow)
    if len(text.encode()) > _MOST_BYTES:
        raise UserError(
            f"the compiled pipeline has {len(text.encode()):,} bytes, more than {_MOST_BYTES:,}, which Kubernetes may "
            "not take; the largest part of it is most likely the curated schema: leave rare values out of its domains"
        )
    output.write_text(text, encoding="utf-8")


def check_config(config: PipelineConfig, target: Target = "kubeflow") -> None:
    """Checks what the backend needs of a config before anything slow is imported.

    Raises:
        UserError: The name, the image or the pipeline root is missing or none that the backend takes, or something is
            asked for that it does not have.
    """
    if "_" in config.name:
        raise UserError(f"name: {config.name!r}: Kubeflow takes no `_`; {config.name.replace('_', '-')!r} would do")
    settings = config.kubeflow
    if not settings.image:
        raise UserError("kubeflow.image is missing: name the image built from kubeflow/Dockerfile there, or by --image")
    if not settings.pipeline_root:
        raise UserError(
            "kubeflow.pipeline_root is missing: name the folder of an object store where artifacts go, such as "
            "minio://mlpipeline/bertline, there or by --pipeline-root"
        )
    schemes = _PIPELINE_ROOT_SCHEMES[target]
    if not settings.pipeline_root.startswith(schemes):
        raise UserError(f"pipeline root {settings.pipeline_root!r}: begins with none of {', '.join(schemes)}")
    check_on_kubeflow(config.beam, config.data, settings.pipeline_root)
    if target == "vertex":
        _check_vertex_has_it(settings)


def _check_vertex_has_it(settings: KubeflowConfig) -> None:
    """Vertex AI has no Kubernetes for its users."""
    only_kubernetes = ("volumes", "secrets", "image_pull_secrets")
    asked = [f"kubeflow.{name}" for name in only_kubernetes if getattr(settings, name)]
    of_tasks: dict[str, TaskConfig] = {"kubeflow": settings}
    of_tasks |= {f"kubeflow.components.{name}": own for name, own in settings.components.items()}
    for place, task in of_tasks.items():
        asked += [f"{place}.{name}" for name in ("node_selector", "tolerations", "timeout") if getattr(task, name)]
    if asked:
        raise UserError(f"{', '.join(asked)}: Vertex AI has none of this; leave it out for --target vertex")


def _as_documents(spec: dict[str, Any], settings: KubeflowConfig) -> str:
    import yaml

    from pipeline.kubeflow.platform_spec import platform_spec

    text: str = yaml.safe_dump_all([spec, platform_spec(spec, settings)], sort_keys=True)
    return text


def _as_job(spec: dict[str, Any]) -> str:
    job = {
        "displayName": spec["pipelineInfo"]["name"],
        "pipelineSpec": spec,
        "runtimeConfig": {"gcsOutputDirectory": spec["defaultPipelineRoot"]},
    }
    return json.dumps(job, indent=1, sort_keys=True) + "\n"
