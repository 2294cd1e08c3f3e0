"""`bertline init`: writes a config for the user's own files, and says what it guessed and why."""

import os
import pathlib
import shlex
import shutil
from typing import Annotated

import typer

_WIDEST = 110
"""Longer lines are hard to read."""


def init(
    files: Annotated[
        list[pathlib.Path],
        typer.Argument(
            metavar="FILE", help="Your data: CSV, TSV, JSONL, Parquet, TFRecord, CoNLL, SQuAD.", show_default=False
        ),
    ],
    text: Annotated[str | None, typer.Option(metavar="COLUMN", help="The column of the texts.")] = None,
    text_pair: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The column of the other texts, for tasks on pairs.")
    ] = None,
    label: Annotated[str | None, typer.Option(metavar="COLUMN", help="The column of the labels or scores.")] = None,
    task: Annotated[str | None, typer.Option(help="What is predicted, such as text_regression.")] = None,
    name: Annotated[str | None, typer.Option(help="The pipeline's name.")] = None,
    preset: Annotated[str | None, typer.Option(help="The pretrained BERT to begin with.")] = None,
    output: Annotated[
        pathlib.Path | None, typer.Option("--output", "-o", help="The file to write.", show_default="NAME.yaml")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file if it is there.")] = False,
) -> None:
    """Write a config for your own data, and say what was guessed and why."""
    from pipeline.guess.guess_config import Wishes, guess_config
    from pipeline.guess.named_columns import NamedColumns
    from pipeline.guess.report import report_lines
    from pipeline.guess.write_config import write_config
    from pipeline.log_file import log_file

    columns = NamedColumns(task, text, text_pair, label)
    wishes = Wishes(tuple(files), output.parent if output else pathlib.Path(), columns, name, preset)
    # For some files and presets TensorFlow is imported, which has much to say.
    with log_file(pathlib.Path(os.devnull)):
        guessed = guess_config(wishes)
    path = output or pathlib.Path(f"{guessed.name}.yaml")
    write_config(path, guessed, force)
    for line in report_lines(guessed.findings, min(shutil.get_terminal_size().columns, _WIDEST)):
        print(line)
    print(f"\nbertline: {path} is written; read it, then type\n  bertline run {shlex.quote(str(path))}")
