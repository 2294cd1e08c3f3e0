"""`bertline kubeflow schedule`: has the pipeline run on Kubeflow Pipelines again and again."""

import pathlib
from typing import TYPE_CHECKING, Annotated

import typer

from models.user_error import UserError
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
    from pipeline.config import PipelineConfig


def schedule(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    cron: Annotated[
        str | None,
        typer.Option(
            help="Six fields: seconds, minutes, hours, days of the month, months, days of the week, in the time zone "
            "of Kubeflow's scheduler (UTC, if nobody set another); '0 0 2 * * *' is every night at two; else "
            "kubeflow.schedule.",
            show_default=False,
        ),
    ] = None,
    pipeline_file: PipelineFile = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            "--parameter",
            "-p",
            metavar="NAME=VALUE",
            help="Set a parameter for every run; several times for several.",
            show_default=False,
        ),
    ] = None,
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete the schedule; runs that go on end as usual.")
    ] = False,
    host: Host = None,
    namespace: Namespace = None,
    experiment: Experiment = None,
    ca_certificate: CaCertificate = None,
    verify_tls: VerifyTls = True,
) -> None:
    """Have the pipeline run by a cron expression, one run at a time; another call replaces the schedule."""
    options = ConnectionOptions(host, namespace, experiment, ca_certificate, verify_tls)
    if delete:
        if cron or parameter or pipeline_file:
            raise UserError("--delete goes with none of --cron, --parameter and --pipeline-file")
        _delete(config, options)
    else:
        _set(config, cron, pipeline_file, parameter or [], options)


def _set(
    path: pathlib.Path,
    cron: str | None,
    pipeline_file: pathlib.Path | None,
    parameters: list[str],
    options: ConnectionOptions,
) -> None:
    from pipeline.commands.kubeflow.quiet_session import quiet_session
    from pipeline.config_files.load_config import config_as_written

    cron = _checked(cron, config_as_written(path))
    with quiet_session(path, options) as (read, session, terminal), compiled_file(path, pipeline_file) as compiled:
        from pipeline.kubeflow.client.parameters import check_values, run_parameters
        from pipeline.kubeflow.client.schedule import Schedule, set_schedule
        from pipeline.kubeflow.client.upload import uploaded_version

        values = run_parameters(parameters, compiled.parameters)
        check_values(values, read)
        version = uploaded_version(session, compiled)
        changed = set_schedule(session, Schedule(version, cron, values, compiled.pipeline_root))
        with_what = "".join(f", {name}={value}" for name, value in sorted(values.items()))
        said = "scheduled" if changed else "nothing to change: scheduled already,"
        print(f"{said} {version.name} at {cron}{with_what}", file=terminal)


def _delete(path: pathlib.Path, options: ConnectionOptions) -> None:
    from pipeline.commands.kubeflow.quiet_session import quiet_session

    with quiet_session(path, options) as (config, session, terminal):
        from pipeline.kubeflow.client.schedule import delete_schedule

        done = delete_schedule(session)
        print(f"the schedule of {config.name} is deleted" if done else f"{config.name} has no schedule", file=terminal)


def _checked(given: str | None, config: "PipelineConfig") -> str:
    from pipeline.kubeflow.cron import CRON_EXAMPLE, fault_of_cron

    cron = given or config.kubeflow.schedule
    if not cron:
        raise UserError(f"kubeflow.schedule is missing: say when to run there or by --cron, such as {CRON_EXAMPLE!r}")
    fault = fault_of_cron(cron)
    if fault:
        # The config's own was checked with it.
        raise UserError(f"--cron {cron!r} {fault}")
    return " ".join(cron.split())
