"""The pipeline as KFP's PipelineSpec: what TFX's compiler makes of it, completed for open-source KFP."""

import re
from typing import Any

from components.run_parameters import RUN_PARAMETERS
from pipeline.config import PipelineConfig
from pipeline.kubeflow.cache_keys import add_cache_keys
from pipeline.kubeflow.places import kubeflow_places
from pipeline.kubeflow.task_settings import add_task_settings

# The container image has the code there: kubeflow/Dockerfile.
ENTRYPOINT_COMMAND = ("python", "/app/kubeflow/entrypoint.py")


def pipeline_spec(config: PipelineConfig) -> dict[str, Any]:
    """Compiles a config.

    Args:
        config: What to run.

    Returns:
        KFP's PipelineSpec (schema 2.1), as JSON values.
    """
    from pipeline.dag import create_pipeline

    pipeline = create_pipeline(config, kubeflow_places(config))
    spec = _compiled_by_tfx(pipeline, str(config.kubeflow.image))
    _leave_beam_to_those_who_use_it(spec, pipeline)
    _set_defaults(spec["root"]["inputDefinitions"]["parameters"], config)
    if config.kubeflow.cache:
        add_cache_keys(spec, config, pipeline)
    add_task_settings(spec, config.kubeflow)
    return spec


def _compiled_by_tfx(pipeline: Any, image: str) -> dict[str, Any]:
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


def _leave_beam_to_those_who_use_it(spec: dict[str, Any], pipeline: Any) -> None:
    """Takes Beam's options from the arguments of components that do not run Beam, which TFX gives them too."""
    from tfx.dsl.components.base.executor_spec import BeamExecutorSpec

    options = set(pipeline.beam_pipeline_args)
    for node in pipeline.components:
        if not isinstance(node.executor_spec, BeamExecutorSpec):
            container = spec["deploymentSpec"]["executors"][f"{node.id}_executor"]["container"]
            container["args"] = [argument for argument in container["args"] if argument not in options]


def _set_defaults(parameters: dict[str, Any], config: PipelineConfig) -> None:
    """Gives the pipeline's parameters the config's values: TFX declares them without."""
    for each in RUN_PARAMETERS:
        parameters[each.name] |= {
            "defaultValue": each.property_of(getattr(config, each.section)),
            "description": each.description,
            "isOptional": True,
        }


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
