"""`bertline compare`: shows two served versions side by side."""

import os
import pathlib
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipeline.config import PipelineConfig


def compare(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    one: Annotated[int, typer.Argument(help="A version.", show_default=False)],
    other: Annotated[int, typer.Argument(help="Another.", show_default=False)],
    same_rows: Annotated[
        bool, typer.Option("--same-rows", help="Measure both on the rows of the newest run, which takes a while.")
    ] = False,
    requests: Annotated[
        str | None,
        typer.Option(
            metavar="GLOB", help="Ask both what is in these files of a server's prediction log.", show_default=False
        ),
    ] = None,
) -> None:
    """Compare two served versions by what their evaluations found.

    Each was judged on its own run's data; where these differ, so may the metrics: --same-rows judges both anew, and
    --requests tells how often they agree on what clients ask.
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
    if requests:
        _compare_on_requests(loaded, requests, one, other)
        return
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


def _compare_on_requests(config: "PipelineConfig", pattern: str, one: int, other: int) -> None:
    from pipeline.display.transient_note import transient_note
    from pipeline.log_file import log_file
    from serving.open_versions import open_versions

    with transient_note("bertline: asking both versions"), log_file(pathlib.Path(os.devnull)):
        from pipeline.versions.same_requests import compare_on_requests

        found = compare_on_requests(config, open_versions(config.serving, config.name), pattern, one, other)
    share = found.num_alike / found.num_rows
    print(f"{found.num_alike} of {found.num_rows} logged texts are answered alike ({share:.1%})")
    for difference in found.differences:
        print(f"  version {one}: {difference.answers[0]}\n  version {other}: {difference.answers[1]}\n")
    if found.num_skipped:
        print(f"{found.num_skipped} logged requests are of other kinds, and were left out")
