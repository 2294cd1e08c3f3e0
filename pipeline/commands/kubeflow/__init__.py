"""`bertline kubeflow`: the same pipeline on Kubeflow Pipelines."""

import typer

from pipeline.commands.kubeflow.compile import compile_command
from pipeline.commands.kubeflow.connection_options import CREDENTIALS
from pipeline.commands.kubeflow.runs import runs
from pipeline.commands.kubeflow.schedule import schedule
from pipeline.commands.kubeflow.stop import stop
from pipeline.commands.kubeflow.submit import submit

kubeflow = typer.Typer(help="Run the pipeline on Kubeflow Pipelines v2.", no_args_is_help=True)
kubeflow.command("compile")(compile_command)
for command in (submit, schedule, runs, stop):
    kubeflow.command(epilog=CREDENTIALS)(command)
