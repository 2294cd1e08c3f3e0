"""Starts a run."""

import datetime
from collections.abc import Mapping
from typing import Any

from pipeline.kubeflow.client.compiled_pipeline import CompiledPipeline
from pipeline.kubeflow.client.session import Session
from pipeline.kubeflow.client.upload import uploaded_version


def start_run(session: Session, compiled: CompiledPipeline, parameters: Mapping[str, Any], cache: bool = True) -> Any:
    """Starts a run of a pipeline, which is uploaded before unless it is there.

    Args:
        session: Who asks.
        compiled: The pipeline.
        parameters: The values that were set for this run.
        cache: Whether tasks may be left out, as the pipeline says; else all of them run.

    Returns:
        The run, a `V2beta1Run`.
    """
    what: dict[str, Any]
    if cache:
        version = uploaded_version(session, compiled)
        what = {"pipeline_id": version.pipeline_id, "version_id": version.version_id}
    else:
        # A version says by itself what is cached; only a run's own copy of the pipeline can say otherwise.
        what = {"pipeline_package_path": str(compiled.path), "enable_caching": False}
    return session.client.run_pipeline(
        session.made_experiment_id(),
        f"{session.pipeline} {datetime.datetime.now().astimezone():%Y-%m-%d %H-%M-%S}",
        params=dict(parameters),
        pipeline_root=compiled.pipeline_root,
        service_account=session.service_account,
        **what,
    )
