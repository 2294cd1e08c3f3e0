"""The options of commands that read a prediction log."""

import pathlib
from typing import Annotated

import typer

Config = Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)]
Logs = Annotated[
    str | None,
    typer.Option(
        metavar="PREFIX",
        help="Folder and beginning of the names of the log's files, or a glob; else `monitoring.prediction_log`.",
        show_default=False,
    ),
]
Until = Annotated[
    str | None, typer.Option(metavar="WHEN", help="Likewise, or how long ago; else now.", show_default=False)
]
