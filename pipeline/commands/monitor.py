"""`bertline monitor`: whether the model in service is asked, and answers, otherwise than it was made for."""

import os
import pathlib
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.log_options import Config, Logs, Until

if TYPE_CHECKING:
    from pipeline.config import PipelineConfig
    from pipeline.monitoring.report import MonitorReport

DRIFT = 4
"""Exit code: drift was found."""


def monitor(
    config: Config,
    logs: Logs = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="WHEN",
            help="2026-11-20, 2026-11-20T08:00, or how long before the end: 36h, 7d; else `monitoring.window_hours`.",
            show_default=False,
        ),
    ] = None,
    until: Until = None,
    html: Annotated[
        pathlib.Path | None, typer.Option(metavar="FILE", help="Write a page on it.", show_default=False)
    ] = None,
    metrics: Annotated[
        pathlib.Path | None,
        typer.Option(metavar="FILE", help="Write it for Prometheus' textfile collector.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    retrain: Annotated[
        bool | None,
        typer.Option(
            "--retrain/--no-retrain",
            help="Run the pipeline where there is drift; else as `monitoring.retrain` says.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Compare logged requests and their answers with what the model in service was made of.

    Exits with 4 where it finds drift, with 0 where it finds none or there are too few requests to tell.
    """
    import time

    from pipeline.config_files.load_config import load_config
    from pipeline.monitoring.log_files import log_prefix
    from pipeline.monitoring.window import window_of

    loaded = load_config(config)
    prefix = log_prefix(logs, loaded.monitoring.prediction_log)
    window = window_of(since, until, loaded.monitoring.window_hours, time.time())
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    from pipeline.display.transient_note import transient_note
    from pipeline.log_file import log_file

    with transient_note("bertline: reading the log and comparing"), log_file(pathlib.Path(os.devnull)):
        from pipeline.monitoring.monitor import monitor as compare_window

        report = compare_window(loaded, config, prefix, window)
    _write(report, html, metrics)
    _print(report, as_json)
    if report.comparison.drifted:
        if loaded.monitoring.retrain if retrain is None else retrain:
            _retrain(config, loaded, as_json)
        raise typer.Exit(DRIFT)


def _write(report: "MonitorReport", html: pathlib.Path | None, metrics: pathlib.Path | None) -> None:
    if metrics:
        from pipeline.monitoring.metrics_file import write_metrics

        write_metrics(report, metrics)
    if html:
        from models.user_error import UserError
        from pipeline.monitoring.page import render_page

        try:
            html.parent.mkdir(parents=True, exist_ok=True)
            html.write_text(render_page(report), encoding="utf-8")
        except OSError as error:
            raise UserError(f"--html {html} cannot be written: {error.strerror}") from error


def _print(report: "MonitorReport", as_json: bool) -> None:
    import json

    from rich.console import Console

    from pipeline.monitoring.tables import monitor_tables

    if as_json:
        print(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
    else:
        Console(highlight=False, markup=False, emoji=False).print(monitor_tables(report))


def _retrain(path: pathlib.Path, config: "PipelineConfig", as_json: bool) -> None:
    """Runs the line as `bertline run` does; standard output stays JSON where it was asked for."""
    import sys

    from pipeline.commands.run import run_line
    from pipeline.runs.part import RunPart

    if as_json:
        # The run's view, too, writes to the descriptor.
        sys.stdout.flush()
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    print("bertline: drift was found: running the pipeline", flush=True)
    if not run_line(config, RunPart(None, None, ())):
        print(
            "bertline: drift was found, but there are no new data to train on: `bertline feedback export "
            f"{path} FILE` writes out requests to be labelled, and `bertline feedback import` makes data of them"
        )
