"""The command line `bertline`."""

import sys

import typer

from components.user_error import UserError
from pipeline.commands.kubeflow import kubeflow
from pipeline.commands.predict import predict
from pipeline.commands.run import run
from pipeline.commands.schema import schema
from pipeline.component_failed import ComponentFailedError

app = typer.Typer(
    name="bertline",
    help="A production line for BERT: one YAML file in, a served model out.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
)
app.command()(run)
app.command()(predict)
app.command()(schema)
app.add_typer(kubeflow, name="kubeflow")


def main() -> None:
    """Runs the command line; a user's mistake becomes one message and exit code 1, without a stack trace."""
    try:
        app()
    except UserError as error:
        print(f"bertline: {error}", file=sys.stderr)
        sys.exit(1)
    except ComponentFailedError as error:
        print(f"bertline: {error}\nThe log file, named above, has the whole story.", file=sys.stderr)
        sys.exit(2)
