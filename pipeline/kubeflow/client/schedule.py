"""The one schedule of a pipeline: a recurring run, as Kubeflow Pipelines calls it."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from pipeline.kubeflow.client.session import Session, named, paged
from pipeline.kubeflow.client.upload import UploadedVersion

_KEEP_RUNS = "ORPHAN"
"""Of `DeletePropagationPolicy`: by default, the runs that a schedule has started and that still go on die with it."""


@dataclasses.dataclass(frozen=True)
class Schedule:
    """When a pipeline runs, and how.

    Attributes:
        version: What runs.
        cron: When: six fields.
        parameters: The values that are set for each run.
        pipeline_root: Where artifacts go; None for the backend's own place.
    """

    version: UploadedVersion
    cron: str
    parameters: Mapping[str, Any]
    pipeline_root: str | None = None


def set_schedule(session: Session, schedule: Schedule) -> bool:
    """Makes this the pipeline's one schedule.

    Args:
        session: Who asks.
        schedule: What it shall be.

    Returns:
        Whether anything had to be changed.
    """
    current = schedules(session)
    same = next((each for each in current if _is_same(session, each, schedule)), None)
    if same is None:
        # Made before the old one is deleted: should this stop half-way, the pipeline runs once too often at the worst,
        # which is harmless; the other way round it might never run again. The next call deletes what was left over.
        session.client.create_recurring_run(
            session.made_experiment_id(),
            schedule_name(session),
            cron_expression=schedule.cron,
            max_concurrency=1,
            no_catchup=True,
            params=dict(schedule.parameters),
            pipeline_root=schedule.pipeline_root,
            pipeline_id=schedule.version.pipeline_id,
            version_id=schedule.version.version_id,
            service_account=session.service_account,
        )
    others = [each for each in current if each is not same]
    _delete(session, others)
    return same is None or bool(others)


def delete_schedule(session: Session) -> int:
    """Deletes the pipeline's schedule; runs that it has started go on.

    Args:
        session: Who asks.

    Returns:
        How many there were; more than one only after a call that was cut off.
    """
    current = schedules(session)
    _delete(session, current)
    return len(current)


def schedules(session: Session) -> list[Any]:
    """The pipeline's schedules, a `V2beta1RecurringRun` each; those of another name are left alone."""
    # Not by experiment: a schedule from before the config named another one is still the pipeline's.
    named_so = named(schedule_name(session))
    ask, namespace = session.client.list_recurring_runs, session.connection.namespace
    return list(paged(ask, "recurring_runs", namespace=namespace, filter=named_so))


def schedule_name(session: Session) -> str:
    """The name by which the pipeline's schedule is known again."""
    return f"{session.pipeline}-schedule"


def _is_same(session: Session, found: Any, wanted: Schedule) -> bool:
    reference, trigger, settings = found.pipeline_version_reference, found.trigger, found.runtime_config
    return (
        found.status == "ENABLED"
        and bool(found.no_catchup)
        and found.max_concurrency == "1"
        # Where none is asked for, the server names its own default.
        and session.service_account in (None, found.service_account)
        and found.experiment_id == session.experiment_id()
        and bool(reference)
        and reference.pipeline_version_id == wanted.version.version_id
        and bool(trigger and trigger.cron_schedule)
        and trigger.cron_schedule.cron == wanted.cron
        and ((settings and settings.parameters) or {}) == wanted.parameters
        and ((settings and settings.pipeline_root) or None) == wanted.pipeline_root
    )


def _delete(session: Session, recurring_runs: list[Any]) -> None:
    for each in recurring_runs:
        # kfp's `delete_recurring_run` cannot say what becomes of the runs.
        session.client.recurring_runs.recurring_run_service_delete_recurring_run(
            each.recurring_run_id, propagation_policy=_KEEP_RUNS
        )
