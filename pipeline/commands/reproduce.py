"""`bertline reproduce`: runs a recorded run again and compares."""

import contextlib
import os
import pathlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

if TYPE_CHECKING:
    from pipeline.reproduce.recorded_run import RecordedRun
    from pipeline.reproduce.reproduction import Reproduction

NOT_REPRODUCED = 4
"""Exit code of a second run that came to its end and found something else."""


def reproduce(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    run: Annotated[str | None, typer.Argument(help="The run's name or its beginning; without it, the newest.")] = None,
    keep: Annotated[
        pathlib.Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Keep the second run in this new folder; it is removed otherwise.",
            show_default=False,
        ),
    ] = None,
    tolerance: Annotated[
        float, typer.Option(min=0.0, help="By how much metrics may differ, as they do on other hardware.")
    ] = 1e-9,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Run a recorded run again, with its config, in a place of its own, and compare what comes out.

    Data that is not what it was stops it first. Nothing of the pipeline is touched: no run, no cache, no version in
    service. Ends with exit code 4 where something else came out.
    """
    import json

    from rich.console import Console

    from pipeline.config_files.load_config import load_config
    from pipeline.places import runs_folder
    from pipeline.reproduce.place import place_of_second_run
    from pipeline.reproduce.recorded_run import RecordedRun
    from pipeline.reproduce.reproduction_page import reproduction_page
    from pipeline.runs.history import RunHistory

    recorded = RecordedRun.of(RunHistory(runs_folder(load_config(config))).record_of(run))
    with place_of_second_run(keep) as folder:
        found = _run_again(recorded, folder, tolerance, is_silent=as_json)
    if as_json:
        print(json.dumps({**found.to_json(), "folder": str(keep.resolve()) if keep else None}, indent=2))
    else:
        print()
        Console(highlight=False, markup=False, emoji=False).print(reproduction_page(found))
        print(f"bertline: {found.verdict()}")
    if not found.reproduced:
        raise typer.Exit(NOT_REPRODUCED)


def _run_again(recorded: "RecordedRun", folder: pathlib.Path, tolerance: float, is_silent: bool) -> "Reproduction":
    from pipeline.caching.file_hashes import FileHashes
    from pipeline.display import Display
    from pipeline.log_file import log_file
    from pipeline.reproduce.changed_inputs import require_equal_inputs
    from pipeline.reproduce.reproduction import Reproduction
    from pipeline.reproduce.second_run import SecondRun

    # Hashed anew: what the pipeline remembers of its files is not asked.
    hashes = FileHashes(folder / "file_hashes.json")
    require_equal_inputs(recorded, hashes)
    # As `bertline run` does; read when TensorFlow is imported.
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    second = SecondRun(recorded, folder)
    with log_file(second.log) as terminal, _shown(terminal, is_silent) as shown:
        with Display(shown, f"{recorded.config.name} again, as run {recorded.record.run} did", second.log) as display:
            again = second.execute(display)
            display.finish()
        return Reproduction.of(recorded, again, tolerance, second.without_baseline)


@contextlib.contextmanager
def _shown(terminal: TextIO, is_silent: bool) -> Iterator[TextIO]:
    if is_silent:
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            yield nowhere
    else:
        yield terminal
