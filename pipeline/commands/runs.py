"""`bertline runs`: lists the runs of a pipeline on this machine."""

import pathlib
from typing import Annotated

import typer


def runs(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="A JSON array of the runs' records.")] = False,
) -> None:
    """List the runs, the newest first: when, how far, how good, and what came of them."""
    import json

    from rich.console import Console

    from pipeline.config_files.load_config import load_config
    from pipeline.places import runs_folder
    from pipeline.runs.history import RunHistory
    from pipeline.runs.table import run_table

    loaded = load_config(config)
    records = RunHistory(runs_folder(loaded)).records()
    if as_json:
        print(json.dumps([record.to_json() for record in records], ensure_ascii=False, indent=2))
    elif not records:
        print(f"{loaded.name} was not run yet; `bertline run {config}` does")
    else:
        Console(highlight=False, markup=False, emoji=False).print(
            run_table(records, loaded.chosen_task().build().chosen_monitor().metric)
        )
