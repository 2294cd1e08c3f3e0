"""Answers the texts that a command line, a file or standard input gives, while they are still read."""

import contextlib
import dataclasses
import itertools
import json
import os
import pathlib
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from models.tasks.interface.task import Task
from models.user_error import UserError
from pipeline.log_file import log_file
from pipeline.prediction.answers_rows import AnswersRows
from pipeline.prediction.model_source import ModelSource
from pipeline.prediction.server_access import ServerAccess
from pipeline.requests.blank_texts import BlankTexts
from pipeline.requests.rows import request_rows
from pipeline.requests.texts import RequestText, request_texts
from pipeline.terminal import terminal_size

_JSON_LINES = ".jsonl"
_MAX_SHOWN_ROWS = 64

Rows = list[dict[str, str]]
Requests = Iterator[tuple[list[RequestText], Rows]]


@dataclasses.dataclass(frozen=True)
class TextsRequest:
    """What a command line asks for.

    Attributes:
        texts: Those of the command line.
        file: Holds one text, or JSON object, in each line; `-` is standard input, as None is where there are no texts.
        as_json: Whether answers are JSON objects.
    """

    texts: tuple[str, ...]
    file: pathlib.Path | None
    as_json: bool

    @contextlib.contextmanager
    def rows(self, columns: tuple[str, ...]) -> Iterator[Requests]:
        """Reads the texts, in chunks; tells at the end how many were left out for being blank.

        Args:
            columns: The texts that the model reads.

        Raises:
            UserError: There is none, or one is no text.
        """
        blanks = BlankTexts()
        with request_texts(self.texts, self.file) as chunks:
            json_lines = self.file is not None and self.file.suffix == _JSON_LINES
            requests = ((chunk, request_rows(chunk, columns, json_lines)) for chunk in blanks.left_out(chunks))
            # Read before the model is loaded, which takes seconds: a mistake is told at once.
            first = next(requests, None)
            if first is None:
                reason = blanks.describe() if blanks.num_blank else f"{self.file or 'standard input'} is empty"
                raise UserError(f"there is no text to answer: {reason}")
            yield itertools.chain([first], requests)
        if blanks.num_blank:
            print(f"bertline: {blanks.describe()}", file=sys.stderr)  # noqa: T201 (a word to the user)


def answer_texts(request: TextsRequest, source: ModelSource) -> None:
    """Writes answers to standard output.

    Args:
        request: The texts.
        source: What answers.

    Raises:
        UserError: There is no text, or no model.
    """
    source.check()
    task = source.config.chosen_task().build()
    with (
        request.rows(tuple(source.columns())) as requests,
        source.opened() as model,
        # Whoever reads the answers may have seen enough.
        contextlib.suppress(BrokenPipeError),
    ):
        _answer(requests, task, model, request.as_json)


def show_request(request: TextsRequest, source: ModelSource, access: ServerAccess) -> None:
    """Writes the first request as command lines of curl and grpcurl to standard output; sends nothing.

    Args:
        request: The texts.
        source: The pipeline.
        access: The server.

    Raises:
        UserError: There is no text, or the address is none.
    """
    from pipeline.requests.command_lines import command_lines

    with request.rows(tuple(source.columns())) as requests:
        _, rows = next(requests)
        lines = command_lines(access, source.config.name, rows[:_MAX_SHOWN_ROWS])
    sys.stdout.writelines(f"{line}\n" for line in lines)


def _answer(requests: Requests, task: Task, model: AnswersRows, as_json: bool) -> None:
    """Writes the answers of each chunk as soon as they are known."""
    from pipeline.requests.answer_lines import AnswerLines

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


def _json_lines(texts: list[RequestText], rows: Rows, answers: list[Mapping[str, Any]]) -> list[str]:
    """Each answer with what was asked; the line tells which, as blank lines have no answer."""
    places = [{} if text.line is None else {"line": text.line} for text in texts]
    parts = zip(places, rows, answers, strict=True)
    return [json.dumps({**place, **row, **answer}, ensure_ascii=False) for place, row, answer in parts]
