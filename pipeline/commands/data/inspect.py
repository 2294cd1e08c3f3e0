"""`bertline data inspect`: what is amiss in labelled texts."""

import os
import pathlib
import shutil
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipeline.guess.named_columns import NamedColumns
    from pipeline.inspection.inspection import Inspection

_WIDEST = 110
"""Longer lines are hard to read."""
_COLUMNS = "Data files"


def inspect(
    targets: Annotated[
        list[pathlib.Path],
        typer.Argument(
            metavar="TARGET", help="A pipeline's YAML file, or data files as `init` takes them.", show_default=False
        ),
    ],
    html: Annotated[
        pathlib.Path | None,
        typer.Option(metavar="FILE", help="Write a page, too, which needs nothing else.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of lines.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 if something needs a look.")] = False,
    max_rows: Annotated[
        int, typer.Option(min=1, help="Rows to look at; of more, a sample of whole texts is taken.")
    ] = 200_000,
    labels: Annotated[
        bool, typer.Option("--labels/--no-labels", help="Check labels, by the model's BERT: it takes longest.")
    ] = True,
    max_label_rows: Annotated[int, typer.Option(min=1, help="Rows whose labels are checked.")] = 10_000,
    text: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The column of the texts.", rich_help_panel=_COLUMNS)
    ] = None,
    text_pair: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The column of the other texts.", rich_help_panel=_COLUMNS)
    ] = None,
    label: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The column of labels or scores.", rich_help_panel=_COLUMNS)
    ] = None,
    task: Annotated[
        str | None, typer.Option(help="What is predicted, such as text_regression.", rich_help_panel=_COLUMNS)
    ] = None,
    preset: Annotated[
        str | None, typer.Option(help="The pretrained BERT that would read them.", rich_help_panel=_COLUMNS)
    ] = None,
) -> None:
    """Say what is amiss in labelled texts: balance, lengths, duplicates, leaks between splits, likely wrong labels."""
    from pipeline.guess.named_columns import NamedColumns

    if html is not None:
        _check_page(html)
    named = NamedColumns(task, text, text_pair, label)
    found = _inspected(targets, named, preset, max_rows, max_label_rows if labels else 0)
    if html is not None:
        _write_page(html, found)
    _print_json(found) if as_json else _print_lines(found, html)
    if strict and found.num_to_look_at:
        raise typer.Exit(1)


def _inspected(
    targets: list[pathlib.Path], named: "NamedColumns", preset: str | None, max_rows: int, max_label_rows: int
) -> "Inspection":
    from pipeline.display.changing_note import changing_note
    from pipeline.log_file import log_file

    # What reads tables takes TensorFlow along, which takes its time and talks.
    with changing_note("bertline") as tell, log_file(pathlib.Path(os.devnull)):
        tell("loading libraries")
        from pipeline.inspection.inspect_data import Effort, inspect_data
        from pipeline.inspection.reading.target import choose_target

        return inspect_data(choose_target(targets, named, preset), Effort(max_rows, max_label_rows), tell)


def _check_page(path: pathlib.Path) -> None:
    """Finds what is wrong with the page's name before the data are read; a name such as `data.csv` is a slip."""
    from models.user_error import UserError

    if path.suffix not in (".html", ".htm"):
        raise UserError(f"--html {path}: a page's name ends in .html; nothing was written")
    if not path.parent.is_dir():
        raise UserError(f"--html {path}: there is no folder {path.parent}; nothing was written")


def _print_lines(found: "Inspection", html: pathlib.Path | None) -> None:
    from pipeline.inspection.display.lines import inspection_lines, summary_line

    for line in inspection_lines(found, min(shutil.get_terminal_size().columns, _WIDEST)):
        print(line)
    print(f"\nbertline: {summary_line(found)}" + (f"; the page: {html}" if html else ""))


def _print_json(found: "Inspection") -> None:
    import dataclasses
    import json

    print(json.dumps(dataclasses.asdict(found), indent=2, ensure_ascii=False))


def _write_page(path: pathlib.Path, found: "Inspection") -> None:
    from models.user_error import UserError
    from pipeline.inspection.display.page import render_page

    try:
        path.write_text(render_page(found), encoding="utf-8")
    except OSError as error:
        raise UserError(f"--html {path} cannot be written: {error}") from error
