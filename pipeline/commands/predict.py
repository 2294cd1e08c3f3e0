"""`bertline predict`: answers texts with the model in service, in this process."""

import contextlib
import itertools
import json
import os
import pathlib
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from models.tasks.interface.task import Task
    from pipeline.config import PipelineConfig
    from pipeline.requests.texts import RequestText
    from serving.local_model import LocalModel

    Rows = list[dict[str, str]]
    Requests = Iterator[tuple[list[RequestText], Rows]]

_JSON_LINES = ".jsonl"


def predict(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    texts: Annotated[
        list[str] | None,
        typer.Argument(
            help="Texts to answer, JSON objects where the task reads several columns; without any, the lines of "
            "standard input.",
            show_default=False,
        ),
    ] = None,
    file: Annotated[
        pathlib.Path | None,
        typer.Option(
            "--file",
            "-f",
            metavar="PATH",
            help="Answer the lines of this file; each is a JSON object if its name ends in .jsonl.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each text.")] = False,
) -> None:
    """Answer texts with the promoted model.

    Answers are written while texts are still read, so that there can be any number. Blank texts are left out.
    """
    from models.user_error import UserError
    from pipeline.config_files.load_config import load_config
    from pipeline.requests.blank_texts import BlankTexts
    from pipeline.requests.rows import request_rows
    from pipeline.requests.texts import request_texts

    loaded = load_config(config)
    task = loaded.chosen_task().build()
    columns = task.signatures()["serving_default"].columns
    folder = _folder_in_service(loaded, config)
    blanks = BlankTexts()
    with request_texts(texts or [], file) as chunks:
        json_lines = file is not None and file.suffix == _JSON_LINES
        requests = ((chunk, request_rows(chunk, columns, json_lines)) for chunk in blanks.left_out(chunks))
        # Read before the model is loaded, which takes seconds: a mistake is told at once.
        first = next(requests, None)
        if first is None:
            reason = blanks.describe() if blanks.num_blank else f"{file or 'standard input'} is empty"
            raise UserError(f"there is no text to answer: {reason}")
        model = _load(folder, f"bertline: loading version {folder.name} of {loaded.name}")
        # Whoever reads the answers may have seen enough.
        with contextlib.suppress(BrokenPipeError):
            _answer(itertools.chain([first], requests), task, model, as_json)
    if blanks.num_blank:
        print(f"bertline: {blanks.describe()}", file=sys.stderr)


def _folder_in_service(loaded: "PipelineConfig", path: pathlib.Path) -> pathlib.Path:
    from models.user_error import UserError
    from serving.version_store import VersionStore

    store = VersionStore(loaded.serving.directory, loaded.name)
    version = store.current()
    if version is None:
        raise UserError(f"no version of {loaded.name} is in service yet; `bertline run {path}` trains and promotes one")
    return store.versions()[version]


def _load(folder: pathlib.Path, note: str) -> "LocalModel":
    from pipeline.display.transient_note import transient_note
    from pipeline.log_file import log_file

    with transient_note(note), log_file(pathlib.Path(os.devnull)):
        from serving.local_model import LocalModel

        return LocalModel(str(folder))


def _answer(requests: "Requests", task: "Task", model: "LocalModel", as_json: bool) -> None:
    """Writes the answers of each chunk as soon as they are known."""
    from pipeline.log_file import log_file
    from pipeline.requests.answer_lines import AnswerLines
    from pipeline.terminal import terminal_size

    encoding = "utf-8" if as_json else sys.stdout.encoding
    # Not the log file's terminal: a file or pipe that takes only a part of a large chunk needs a buffer.
    with (
        open(os.dup(1), "w", encoding=encoding, errors="replace", newline="\n") as output,
        log_file(pathlib.Path(os.devnull)),
    ):
        lines = AnswerLines(task, terminal_size(output).columns if output.isatty() else None)
        for texts, rows in requests:
            answers = model.answer(rows)
            shown = (
                _json_lines(texts, rows, [task.plain_answer(answer) for answer in answers])
                if as_json
                else lines.lines(rows, answers)
            )
            output.writelines(f"{line}\n" for line in shown)
            output.flush()


def _json_lines(texts: "list[RequestText]", rows: "Rows", answers: list[Mapping[str, Any]]) -> list[str]:
    """Each answer with what was asked; the line tells which, as blank lines have no answer."""
    places = [{} if text.line is None else {"line": text.line} for text in texts]
    parts = zip(places, rows, answers, strict=True)
    return [json.dumps({**place, **row, **answer}, ensure_ascii=False) for place, row, answer in parts]
