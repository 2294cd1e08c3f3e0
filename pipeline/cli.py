"""The command line `bertline`."""

import os
import sys
import traceback

import typer

from models.user_error import UserError
from pipeline.commands.kubeflow import kubeflow
from pipeline.commands.predict import predict
from pipeline.commands.run import run
from pipeline.commands.schema import schema
from pipeline.component_failed import ComponentFailedError

TRACEBACK_VARIABLE = "BERTLINE_TRACEBACK"
"""Environment variable: set to 1, failures come with their stack trace."""

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
    """Runs the command line: failures become one message and an exit code, 1 for a user's mistake, 2 for others."""
    try:
        app()
    except UserError as error:
        _fail(str(error), exit_code=1)
    except ComponentFailedError as error:
        _fail(f"{error}\nThe log file, named above, has the whole story.", exit_code=2)
    except Exception as error:  # noqa: BLE001 (there is no one further up to tell)
        _fail(f"{type(error).__name__}: {error}\n{TRACEBACK_VARIABLE}=1 shows where.", exit_code=2)


def _fail(message: str, exit_code: int) -> None:
    """Called while an exception is handled."""
    if os.environ.get(TRACEBACK_VARIABLE, "0") not in ("", "0"):
        traceback.print_exc()
    print(f"bertline: {message}", file=sys.stderr)
    sys.exit(exit_code)
