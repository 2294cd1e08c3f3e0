"""`bertline show`: tells all that is known of one run."""

import pathlib
from typing import Annotated

import typer


def show(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    run: Annotated[str | None, typer.Argument(help="The run's name or its beginning; without it, the newest.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show one run: its components, its rows and rejects, its metrics, thresholds and slices."""
    import json

    from rich.console import Console

    from pipeline.config_files.load_config import load_config
    from pipeline.places import runs_folder
    from pipeline.runs.details import run_details
    from pipeline.runs.history import RunHistory
    from pipeline.runs.page import run_page

    loaded = load_config(config)
    details = run_details(RunHistory(runs_folder(loaded)).record_of(run))
    if as_json:
        print(json.dumps(details.to_json(), ensure_ascii=False, indent=2))
    else:
        Console(highlight=False, markup=False, emoji=False).print(run_page(loaded.name, details))
