"""`bertline kubeflow submit`: runs the pipeline on Kubeflow Pipelines."""

import pathlib
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from pipeline.commands.kubeflow.compiled_file import PipelineFile, compiled_file
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

FAILED, INTERRUPTED = 3, 130
"""Exit codes, as of `bertline run`."""


def submit(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    pipeline_file: PipelineFile = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            "--parameter",
            "-p",
            metavar="NAME=VALUE",
            help="Set a parameter for this run, such as training_epochs=3; several times for several.",
            show_default=False,
        ),
    ] = None,
    cache: Annotated[
        bool,
        typer.Option(
            "--cache/--no-cache",
            help="Leave out tasks whose inputs are as before. Without, all tasks run, and the run has a copy of the "
            "pipeline of its own instead of a version's.",
        ),
    ] = True,
    wait: Annotated[
        bool, typer.Option("--wait", help=f"Wait for the end, and exit with {FAILED} where the run fails.")
    ] = False,
    host: Host = None,
    namespace: Namespace = None,
    experiment: Experiment = None,
    ca_certificate: CaCertificate = None,
    verify_tls: VerifyTls = True,
) -> None:
    """Start a run, and upload the pipeline before where it is new or has changed."""
    from pipeline.commands.kubeflow.quiet_session import quiet_session

    options = ConnectionOptions(host, namespace, experiment, ca_certificate, verify_tls)
    with quiet_session(config, options) as (read, session, terminal), compiled_file(config, pipeline_file) as compiled:
        from pipeline.kubeflow.client.new_run import start_run
        from pipeline.kubeflow.client.parameters import check_values, run_parameters

        values = run_parameters(parameter or [], compiled.parameters)
        check_values(values, read)
        run = start_run(session, compiled, values, cache)
        page = session.connection.run_page(run.run_id)
        print(f"started {run.display_name} ({run.run_id}): {page}", file=terminal)
        if wait:
            _wait(session, run.run_id, terminal)


def _wait(session: "Session", run_id: str, terminal: TextIO) -> None:
    import time

    from pipeline.display.duration import clock
    from pipeline.kubeflow.client.run_state import SUCCEEDED
    from pipeline.kubeflow.client.run_watch import wait_for_end, what_went_wrong

    start = time.monotonic()

    def tell(state: str) -> None:
        print(f"{clock(time.monotonic() - start):>7}  {state}", file=terminal)

    try:
        run = wait_for_end(session, run_id, tell)
    except KeyboardInterrupt:
        print(f"stopped waiting; the run goes on: `bertline kubeflow stop` with {run_id} ends it", file=terminal)
        raise typer.Exit(INTERRUPTED) from None
    if run.state not in SUCCEEDED:
        print(what_went_wrong(run), file=terminal)
        raise typer.Exit(FAILED)
