"""`bertline compare`: shows two served versions side by side."""

import os
import pathlib
from typing import Annotated

import typer


def compare(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    one: Annotated[int, typer.Argument(help="A version.", show_default=False)],
    other: Annotated[int, typer.Argument(help="Another.", show_default=False)],
    same_rows: Annotated[
        bool, typer.Option("--same-rows", help="Measure both on the rows of the newest run, which takes a while.")
    ] = False,
) -> None:
    """Compare two served versions by what their evaluations found.

    Each was judged on its own run's data; where these differ, so may the metrics: --same-rows judges both anew.
    """
    from rich.console import Console

    from models.user_error import UserError
    from pipeline.config_files.load_config import load_config
    from pipeline.versions.listed_version import listed_versions
    from pipeline.versions.version_table import comparison_table, measured_table
    from serving.open_versions import open_versions

    loaded = load_config(config)
    store = open_versions(loaded.serving, loaded.name)
    versions = {found.version: found for found in listed_versions(store)}
    for version in (one, other):
        if version not in versions:
            listed = ", ".join(map(str, sorted(versions))) or "none"
            raise UserError(f"there is no version {version} of {loaded.name}; there are {listed}")
    kinds = loaded.chosen_task().build().evaluation().metrics
    console = Console(highlight=False, markup=False, emoji=False)
    if not same_rows:
        console.print(comparison_table(versions[one], versions[other], kinds))
        return
    from pipeline.display.transient_note import transient_note
    from pipeline.log_file import log_file
    from pipeline.places import runs_folder
    from pipeline.runs.history import RunHistory

    history = RunHistory(runs_folder(loaded))
    with transient_note("bertline: measuring both versions"), log_file(pathlib.Path(os.devnull)):
        from pipeline.versions.same_rows import measure_on_same_rows, newest_rows

        rows = newest_rows(history, loaded.evaluation.split)
        overall, *_ = measure_on_same_rows(loaded, store, rows, one, other)
    console.print(measured_table((one, other), overall, kinds))
    print(f"on the split {loaded.evaluation.split} of run {rows.run}")
