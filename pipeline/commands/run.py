"""`bertline run`: runs a pipeline on this machine."""

import datetime
import os
import pathlib
import time
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.component_names import COMPONENTS

if TYPE_CHECKING:
    from pipeline.config import PipelineConfig
    from pipeline.runs.part import RunPart
    from pipeline.runs.record import RunRecord


def _components(incomplete: str) -> list[str]:
    return [name for name in COMPONENTS if name.lower().startswith(incomplete.lower())]


def run(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    first: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="COMPONENT",
            autocompletion=_components,
            help="Begin here: results before it are the last run's, and it and all after it run even if unchanged.",
        ),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option("--to", metavar="COMPONENT", autocompletion=_components, help="Stop after this component."),
    ] = None,
    force: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COMPONENT",
            autocompletion=_components,
            help="Run it even if nothing changed; may be given repeatedly.",
        ),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on watching, and run whenever new data have come to rest.")
    ] = False,
    every: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, help="With --watch: time between two looks.")
    ] = 30,
    settle: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0, help="With --watch: how long no file may have changed before a run."),
    ] = 60,
) -> None:
    """Run a pipeline: ingest, validate, fine-tune, evaluate, promote.

    Only what changed runs: a component whose data, config and code are those of an earlier run takes its result from
    there. A run that failed or was stopped goes on where it was.
    """
    if watch:
        _watch(config, every, settle, is_part=bool(first or last or force))
        return
    from pipeline.config_files.load_config import load_config
    from pipeline.runs.part import RunPart

    part = RunPart(first, last, tuple(force or ()))
    part.check(COMPONENTS)
    run_line(load_config(config), part)


def run_line(loaded: "PipelineConfig", part: "RunPart") -> bool:
    """Runs a part of a line, or says that there is nothing to do.

    Args:
        loaded: The pipeline.
        part: Which components.

    Returns:
        Whether anything was to be done.

    Raises:
        UserError: The data or config is at fault, or another run is going on.
        ComponentFailedError: A component failed otherwise.
        InterruptedRunError: Somebody stopped the run.
    """
    started = time.monotonic()
    from pipeline.display import Display
    from pipeline.log_file import log_file, new_log_path
    from pipeline.places import runs_folder
    from pipeline.runs.line_run import LineRun

    line = LineRun(loaded, part)
    equal = line.equal_run()
    if equal:
        print(f"bertline: nothing to do: data, config, code and model in service are as run {equal.run} left them")
        print("bertline: `--force COMPONENT` runs a component all the same")
        print("\n".join(f"bertline: {sentence}" for sentence in _sentences(loaded, equal)))
        print(f"bertline: finished in {time.monotonic() - started:.1f} s")
        return False
    # Each process would take all of a GPU's memory otherwise; read when TensorFlow is imported.
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    line.check()
    log_path = new_log_path(runs_folder(loaded) / "logs")
    with log_file(log_path) as terminal, Display(terminal, loaded.name, log_path) as display:
        record = line.execute(log_path, display)
        display.finish(*_sentences(loaded, record), *(f"nobody was told: {fault}" for fault in line.untold))
    return True


def _watch(config: pathlib.Path, every: float, settle: float, is_part: bool) -> None:
    if is_part:
        raise typer.BadParameter("--watch runs the whole line, and what changed of it: leave out --from, --to, --force")
    from pipeline.watch.watch import Watch

    Watch(config, every, settle, _tell).go_on()


def _tell(sentence: str) -> None:
    # Whoever looks into the file that standard output may be wants it at once.
    print(f"bertline: {datetime.datetime.now().astimezone():%H:%M:%S} {sentence}", flush=True)


def _sentences(config: "PipelineConfig", record: "RunRecord") -> list[str]:
    """What came out of a run, for a person, and where the page on it is."""
    from pipeline.runs.details import report_page

    page = report_page(record)
    return [*_outcome(config, record), *([f"report: {page}"] if page else [])]


def _outcome(config: "PipelineConfig", record: "RunRecord") -> list[str]:
    outcome, name = record.outcome, config.name
    if outcome is None:
        return [f"ran {record.part}, as asked; nothing was judged or promoted"]
    if outcome.promoted:
        return [f"version {outcome.version} of {name} is {config.serving.place}: {outcome.path}", outcome.verdict]
    if outcome.version is not None:
        return [
            f"version {outcome.version} of {name} is this model, and {config.serving.place} already: {outcome.path}"
        ]
    return [f"nothing was promoted: {outcome.reason}"]
