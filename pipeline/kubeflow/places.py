"""Where runs on Kubeflow read and write."""

from typing import Any

from components.run_parameters import RUN_PARAMETERS
from pipeline.beam.config import BeamConfig
from pipeline.beam.options import beam_arguments
from pipeline.config import PipelineConfig
from pipeline.places import Places


def kubeflow_places(config: PipelineConfig) -> Places:
    """The places of runs on Kubeflow, which keeps the metadata itself.

    Args:
        config: What to run; its `kubeflow.image` is also that of Beam's workers, where a runner starts any.
    """
    return Places(
        pipeline_root=str(config.kubeflow.pipeline_root).rstrip("/"),
        # Not below the pipeline root: the launcher uploads nothing for a task that failed, and Beam has no file system
        # for `minio://`.
        failed_rejects=f"{config.runs_directory}/{config.name}/rejects",
        # Each run of a task has a folder of its own below the pipeline root.
        checkpoints=f"{config.runs_directory}/{config.name}/checkpoints",
        metadata_path=None,
        beam_arguments=beam_arguments(config.beam, config.kubeflow.image),
        # It reads and writes files of its own container besides those that Beam does.
        evaluator_beam_arguments=beam_arguments(BeamConfig()) if config.beam.profile == "dataflow" else (),
        run_parameters=_runtime_parameters(config),
    )


def _runtime_parameters(config: PipelineConfig) -> dict[str, dict[str, Any]]:
    """What can be set for each run, which by default is as the config says."""
    from tfx.orchestration.data_types import RuntimeParameter

    found: dict[str, dict[str, Any]] = {}
    for each in RUN_PARAMETERS:
        default = each.property_of(getattr(config, each.section))
        found.setdefault(each.section, {})[each.name] = RuntimeParameter(each.name, each.type, default)
    return found
