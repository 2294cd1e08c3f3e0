"""`bertline feedback`: corrected labels of logged requests become data."""

import typer

from pipeline.commands.feedback.export_command import export_command
from pipeline.commands.feedback.import_command import import_command

feedback = typer.Typer(help="Make training data of corrected answers to logged requests.", no_args_is_help=True)
feedback.command("export")(export_command)
feedback.command("import")(import_command)
