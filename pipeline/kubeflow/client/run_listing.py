"""The runs of a pipeline on the server."""

import itertools
from collections.abc import Iterator
from typing import Any

from pipeline.kubeflow.client.session import Session, paged


def newest_runs(session: Session, limit: int | None = None) -> list[Any]:
    """The pipeline's runs, the newest first: a `V2beta1Run` each.

    Args:
        session: Who asks.
        limit: How many at most; without one, all.
    """
    return list(itertools.islice(_runs(session), limit))


def is_run_of(session: Session, run: Any) -> bool:
    """Whether a run is one of the pipeline's: others may share its experiment.

    Args:
        session: Names the pipeline.
        run: A `V2beta1Run`.
    """
    return _is_of(run, session.pipeline_id(), session.pipeline)


def _runs(session: Session) -> Iterator[Any]:
    experiment_id, pipeline_id = session.experiment_id(), session.pipeline_id()
    if experiment_id is None:
        return
    for run in paged(session.client.list_runs, "runs", experiment_id=experiment_id, sort_by="created_at desc"):
        if _is_of(run, pipeline_id, session.pipeline):
            yield run


def _is_of(run: Any, pipeline_id: str | None, name: str) -> bool:
    if run.pipeline_version_reference:
        return bool(run.pipeline_version_reference.pipeline_id == pipeline_id)
    # A copy of the pipeline of the run's own, as `submit --no-cache` gives it.
    spec = run.pipeline_spec or {}
    return bool(spec.get("pipeline_spec", spec).get("pipelineInfo", {}).get("name") == name)
