"""`bertline tune`: looks for better settings of a training."""

import contextlib
import os
import pathlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

if TYPE_CHECKING:
    from models.tuning.tuner_settings import Tokenisation
    from pipeline.config import PipelineConfig
    from pipeline.display import Display
    from pipeline.tuning.found import Found

_WIDTH = 160


def tune(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    trials: Annotated[
        int | None, typer.Option(min=2, help="How many settings are tried, instead of the config's tuning.trials.")
    ] = None,
    to: Annotated[
        pathlib.Path | None, typer.Option("--to", metavar="FILE", help="Write a config with the best settings.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Put the best settings into CONFIG; the old file is kept as CONFIG.bak.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="A JSON object of all trials; progress goes to standard error.")
    ] = False,
) -> None:
    """Try out learning rates, epochs, batch sizes and more, and say which are best on the eval split.

    The first trial is the config's own setting. What is tried, the config's section `tuning` says. A search that was
    stopped goes on with the trials that are missing; more of them continue an earlier search.
    """
    import json

    from rich.console import Console

    from models.user_error import UserError
    from pipeline.config_files.load_config import load_config
    from pipeline.tuning.trial_table import trial_table
    from pipeline.tuning.winner import Winner, check_target, write_winner

    if to and write:
        raise UserError("--to writes another file, --write this one; give one of them")
    target = config if write else to
    loaded = load_config(config)
    if target:
        check_target(config, target)
    found = _search(loaded.model_copy(update={"tuning": loaded.tuning.model_copy(update=_given(trials))}), as_json)
    winner = Winner.of_trial(found.best, config, loaded)
    text = winner.edited(config) if target and not found.changes_nothing else None
    if as_json:
        print(json.dumps(found.to_json(winner.block()), ensure_ascii=False, indent=2))
    else:
        table = trial_table(found.records, found.monitor, found.best)
        # A file has no edge that numbers would be cut at.
        width = None if sys.stdout.isatty() else _WIDTH
        Console(highlight=False, markup=False, emoji=False, width=width).print(table)
        if not found.changes_nothing and not target:
            print(f"bertline: put this into {config}, or have `--write` do it:\n{winner.block()}")
    output = sys.stderr if as_json else sys.stdout
    for sentence in found.sentences(loaded):
        print(f"bertline: {sentence}", file=output)
    if target and text is not None:
        backup = write_winner(config, target, text)
        kept = f"; the old file is {backup}" if backup else ""
        print(f"bertline: {target} has the best settings{kept}", file=output)
    elif target:
        print("bertline: nothing was written", file=output)


def _given(trials: int | None) -> dict[str, int]:
    return {} if trials is None else {"trials": trials}


def _search(config: "PipelineConfig", as_json: bool) -> "Found":
    from components.text_example_gen.source_file import with_chosen_span
    from pipeline.tuning.found import Found
    from pipeline.tuning.other_tokenisations import other_configs, tokenise
    from pipeline.tuning.tuning_run import TuningRun

    # As for `bertline run`.
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    # All runs of a search read the same span.
    config = config.model_copy(update={"data": with_chosen_span(config.data)})
    TuningRun(config).check()
    others: list[Tokenisation] = []
    for other in other_configs(config):
        with _display(other, as_json) as (log_path, display):
            others.append(tokenise(other, log_path, display))
            display.finish(f"tokenised for {other.model.preset}, {other.model.sequence_length} pieces at most")
    with _display(config, as_json) as (log_path, display):
        record = TuningRun(config, tuple(others)).execute(log_path, display)
        display.finish()
    return Found.of_run(config, record)


@contextlib.contextmanager
def _display(config: "PipelineConfig", as_json: bool) -> "Iterator[tuple[pathlib.Path, Display]]":
    """Shows a run, on standard error where standard output is for a program."""
    from pipeline.display import Display
    from pipeline.log_file import log_file, new_log_path
    from pipeline.places import runs_folder

    log_path = new_log_path(runs_folder(config) / "logs")
    with (
        _standard_error() as error,
        log_file(log_path) as terminal,
        Display(error if as_json else terminal, config.name, log_path) as display,
    ):
        yield log_path, display


@contextlib.contextmanager
def _standard_error() -> Iterator[TextIO]:
    """Standard error as it is now, wherever it leads meanwhile."""
    with os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding="utf-8", errors="replace") as error:
        yield error
