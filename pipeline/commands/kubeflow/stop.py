"""`bertline kubeflow stop`: ends runs on Kubeflow Pipelines."""

import pathlib
from typing import TYPE_CHECKING, Annotated, Any

import typer

from models.user_error import UserError
from pipeline.commands.kubeflow.connection_options import (
    CaCertificate,
    ConnectionOptions,
    Experiment,
    Host,
    Namespace,
    VerifyTls,
)

if TYPE_CHECKING:
    from pipeline.kubeflow.client.session import Session


def stop(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    run_id: Annotated[
        str | None, typer.Argument(help="The run; without it, all that have not ended.", show_default=False)
    ] = None,
    host: Host = None,
    namespace: Namespace = None,
    experiment: Experiment = None,
    ca_certificate: CaCertificate = None,
    verify_tls: VerifyTls = True,
) -> None:
    """Stop a run, or all runs of the pipeline that have not ended; its schedule stays."""
    from pipeline.commands.kubeflow.quiet_session import quiet_session

    options = ConnectionOptions(host, namespace, experiment, ca_certificate, verify_tls)
    with quiet_session(config, options) as (loaded, session, terminal):
        from pipeline.kubeflow.client.run_listing import newest_runs
        from pipeline.kubeflow.client.run_state import ENDED, STOPPING, state_of

        chosen = [_run(session, run_id)] if run_id else newest_runs(session)
        going_on = [run for run in chosen if state_of(run) not in (*ENDED, STOPPING)]
        if not going_on:
            why = f"the run {run_id} is {state_of(chosen[0]).lower()}" if run_id else f"no run of {loaded.name} goes on"
            print(f"nothing to stop: {why}", file=terminal)
        for run in going_on:
            print(f"stopping {run.display_name} ({run.run_id}), which is {state_of(run).lower()}", file=terminal)
        for run in going_on:
            session.client.terminate_run(run.run_id)
        if going_on:
            print(f"asked Kubeflow to stop {len(going_on)} run{'s' * (len(going_on) > 1)}", file=terminal)


def _run(session: "Session", run_id: str) -> Any:
    from pipeline.kubeflow.client.run_listing import is_run_of

    run = session.client.get_run(run_id)
    if not is_run_of(session, run):
        raise UserError(f"{run_id} is no run of {session.pipeline}, but {run.display_name}")
    return run
