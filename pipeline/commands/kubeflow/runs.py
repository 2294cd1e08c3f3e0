"""`bertline kubeflow runs`: lists the runs of a pipeline on Kubeflow Pipelines."""

import pathlib
from typing import Annotated

import typer

from pipeline.commands.kubeflow.connection_options import (
    CaCertificate,
    ConnectionOptions,
    Experiment,
    Host,
    Namespace,
    VerifyTls,
)


def runs(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    limit: Annotated[int, typer.Option(min=1, help="How many runs to show.")] = 20,
    host: Host = None,
    namespace: Namespace = None,
    experiment: Experiment = None,
    ca_certificate: CaCertificate = None,
    verify_tls: VerifyTls = True,
) -> None:
    """List the schedule and the runs, the newest first: state, start, duration, error."""
    import datetime

    from rich.console import Console

    from pipeline.commands.kubeflow.quiet_session import quiet_session

    options = ConnectionOptions(host, namespace, experiment, ca_certificate, verify_tls)
    with quiet_session(config, options) as (loaded, session, terminal):
        from pipeline.kubeflow.client.run_listing import newest_runs
        from pipeline.kubeflow.client.run_table import run_table, schedule_line
        from pipeline.kubeflow.client.schedule import schedules

        lines = [schedule_line(each) for each in schedules(session)]
        print("\n".join(lines) or "no schedule", file=terminal)
        listed = newest_runs(session, limit)
        if listed:
            console = Console(file=terminal, highlight=False, markup=False, emoji=False)
            console.print(run_table(listed, datetime.datetime.now(datetime.UTC)))
        else:
            print(f"{loaded.name} was not run yet; `bertline kubeflow submit {config}` does", file=terminal)
