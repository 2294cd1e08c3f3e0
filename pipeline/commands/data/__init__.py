"""`bertline data`: looks at data before anything is trained on it."""

import typer

from pipeline.commands.data.inspect import inspect

data = typer.Typer(help="Look at data before anything is trained on it.", no_args_is_help=True)


# With a command alone, the group would be that command.
@data.callback()
def _group() -> None:
    pass


data.command()(inspect)
