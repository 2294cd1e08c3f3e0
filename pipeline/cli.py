"""The command line `bertline`."""

import os
import sys
import traceback

import typer

from models.rare_collection import collect_rarely
from models.user_error import UserError
from pipeline.commands.clean import clean
from pipeline.commands.compare import compare
from pipeline.commands.config import config
from pipeline.commands.data import data
from pipeline.commands.doctor import doctor
from pipeline.commands.feedback import feedback
from pipeline.commands.init import init
from pipeline.commands.kubeflow import kubeflow
from pipeline.commands.label import label
from pipeline.commands.models import models
from pipeline.commands.monitor import monitor
from pipeline.commands.predict import predict
from pipeline.commands.promote import promote
from pipeline.commands.prune import prune
from pipeline.commands.reproduce import reproduce
from pipeline.commands.rollback import rollback
from pipeline.commands.run import run
from pipeline.commands.runs import runs
from pipeline.commands.schema import schema
from pipeline.commands.serve import serve
from pipeline.commands.show import show
from pipeline.commands.tune import tune
from pipeline.commands.vocabulary import vocabulary
from pipeline.component_failed import ComponentFailedError
from pipeline.file_fault import file_fault
from pipeline.runs.interruption import InterruptedRunError

TRACEBACK_VARIABLE = "BERTLINE_TRACEBACK"
"""Environment variable: set to 1, failures come with their stack trace."""

USERS_FAULT, FAILURE, INTERRUPTED = 1, 3, 130
"""Exit codes; 2 is click's, for a command line that makes no sense."""

_START, _RUNS, _MODEL, _ELSEWHERE = "Start", "Run", "The model in service", "Elsewhere"

app = typer.Typer(
    name="bertline",
    help="A production line for BERT: one YAML file in, a served model out.",
    epilog="Exit codes: 0 done, also where a model was refused; 1 a fault in your config or data; 2 a wrong command "
    "line; 3 a component failed otherwise; 4 `monitor` found drift, or `reproduce` something else; 130 stopped by "
    "Ctrl-C or a signal.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
)
app.command(rich_help_panel=_START)(init)
app.command(rich_help_panel=_START)(config)
app.add_typer(data, name="data", rich_help_panel=_START)
app.command(rich_help_panel=_START)(doctor)
app.command(rich_help_panel=_START)(vocabulary)
app.command(rich_help_panel=_RUNS)(run)
app.command(rich_help_panel=_RUNS)(tune)
app.command(rich_help_panel=_RUNS)(runs)
app.command(rich_help_panel=_RUNS)(show)
app.command(rich_help_panel=_RUNS)(reproduce)
app.command(rich_help_panel=_RUNS)(schema)
app.command(rich_help_panel=_RUNS)(clean)
app.command(rich_help_panel=_MODEL)(predict)
# The model server's own parser reads the rest: its flags are not written as this command line's options are.
app.command(
    rich_help_panel=_MODEL,
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)(serve)
app.command(rich_help_panel=_MODEL)(monitor)
app.add_typer(feedback, name="feedback", rich_help_panel=_MODEL)
app.command(rich_help_panel=_MODEL)(models)
app.command(rich_help_panel=_MODEL)(compare)
app.command(rich_help_panel=_MODEL)(promote)
app.command(rich_help_panel=_MODEL)(label)
app.command(rich_help_panel=_MODEL)(rollback)
app.command(rich_help_panel=_MODEL)(prune)
app.add_typer(kubeflow, name="kubeflow", rich_help_panel=_ELSEWHERE)


def main() -> None:
    """Runs the command line: a failure becomes one message and an exit code."""
    collect_rarely()
    try:
        app()
    except UserError as error:
        _fail(str(error), USERS_FAULT)
    except InterruptedRunError as error:
        print(f"bertline: {error}", file=sys.stderr, flush=True)
        # All that matters is on disk, and who pressed Ctrl-C does not wait for the libraries' threads to end.
        os._exit(INTERRUPTED)
    except ComponentFailedError as error:
        _fail(f"{error}\nThe log file, named above, has the whole story.", FAILURE)
    except Exception as error:  # noqa: BLE001 (there is no one further up to tell)
        refused = file_fault(error)
        if refused:
            _fail(refused, USERS_FAULT)
        _fail(f"{type(error).__name__}: {error}\n{TRACEBACK_VARIABLE}=1 shows where.", FAILURE)


def _fail(message: str, exit_code: int) -> None:
    """Called while an exception is handled."""
    if os.environ.get(TRACEBACK_VARIABLE, "0") not in ("", "0"):
        traceback.print_exc()
    print(f"bertline: {message}", file=sys.stderr)
    sys.exit(exit_code)
