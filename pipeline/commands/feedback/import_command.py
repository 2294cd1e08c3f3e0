"""`bertline feedback import`: corrected labels become a new span of the data."""

import os
import pathlib
from typing import Annotated

import typer

from pipeline.commands.log_options import Config, Logs, Until


def import_command(
    config: Config,
    file: Annotated[
        pathlib.Path,
        typer.Argument(
            help="Corrected labels, CSV, TSV, JSON Lines or Parquet: each with its text or request_key.",
            show_default=False,
        ),
    ],
    logs: Logs = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="WHEN", help="Requests from 2026-11-20 on, or of the last 7d; else all.", show_default=False
        ),
    ] = None,
    until: Until = None,
    output: Annotated[
        pathlib.Path | None,
        typer.Option(metavar="FILE", help="Write the rows here, not into a new span.", show_default=False),
    ] = None,
    span: Annotated[
        str | None,
        typer.Option(metavar="SPAN", help="The new span; else the next number, or today.", show_default=False),
    ] = None,
    allow_new_labels: Annotated[
        bool, typer.Option("--allow-new-labels", help="Take labels that the model in service does not know.")
    ] = False,
) -> None:
    """Join corrected labels to logged requests, and make a new span of the data of them.

    Every row is written or rejected: what joins no request, has an unknown label or contradicts another row goes to a
    rejects file, with the reason.
    """
    import time

    from pipeline.config_files.load_config import load_config
    from pipeline.display.transient_note import transient_note
    from pipeline.log_file import log_file
    from pipeline.monitoring.log_files import log_prefix
    from pipeline.monitoring.window import window_of

    loaded = load_config(config)
    prefix = log_prefix(logs, loaded.monitoring.prediction_log)
    window = window_of(since or "1970-01-02", until, 1, time.time())
    with transient_note("bertline: joining the corrections"), log_file(pathlib.Path(os.devnull)):
        from pipeline.feedback.import_corrections import ImportRequest, import_corrections

        request = ImportRequest(file, prefix, window, output, span, allow_new_labels)
        found = import_corrections(loaded, config, request)
    rejected = found.reasons.total()
    print(
        f"bertline: {found.num_rows:,} rows of {file}: {sum(found.written.values()):,} written, {rejected:,} rejected"
    )
    for path, count in found.written.items():
        print(f"bertline: {count:,} rows: {path}")
    for reason, count in found.reasons.most_common():
        print(f"bertline: {count:,} rejected: {reason}")
    if found.rejects:
        print(f"bertline: rejected rows: {found.rejects}")
    for damaged in found.tally.damaged:
        print(f"bertline: not read to its end: {damaged}")
    if output is None:
        print(f"bertline: `bertline run {config}` trains on the new span")
