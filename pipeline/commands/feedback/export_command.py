"""`bertline feedback export`: logged requests for people to label."""

import os
import pathlib
from typing import Annotated

import typer

from pipeline.commands.log_options import Config, Logs, Until


def export_command(
    config: Config,
    file: Annotated[
        pathlib.Path,
        typer.Argument(help="A new file, CSV, TSV, JSON Lines or Parquet by its ending.", show_default=False),
    ],
    most: Annotated[int, typer.Option(min=1, help="How many requests, the least sure answers first.")] = 200,
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
) -> None:
    """Write logged requests to a file for people to label, those that the model was least sure of first.

    Fill in the empty column of the label, and `bertline feedback import` makes data of the rows.
    """
    import time

    from pipeline.config_files.load_config import load_config
    from pipeline.log_file import log_file
    from pipeline.monitoring.log_files import log_prefix
    from pipeline.monitoring.window import window_of

    loaded = load_config(config)
    prefix = log_prefix(logs, loaded.monitoring.prediction_log)
    window = window_of(since, until, loaded.monitoring.window_hours, time.time())
    with log_file(pathlib.Path(os.devnull)):
        from pipeline.feedback.export_requests import export_requests

        count = export_requests(loaded, prefix, window, most, file)
    print(f"bertline: {count:,} requests to label: {file}; then `bertline feedback import {config} {file}`")
