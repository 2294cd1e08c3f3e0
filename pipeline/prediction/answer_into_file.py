"""Answers files in this process, into one file."""

import pathlib
from collections.abc import Callable

from models.tasks.interface.task import Task
from models.user_error import UserError
from pipeline.prediction.answer_part import answer_part
from pipeline.prediction.answers_rows import AnswersRows
from pipeline.prediction.counts import Counts
from pipeline.prediction.input_files import InputFiles

_ENDING = ".jsonl"


def rejects_beside(output: pathlib.Path) -> pathlib.Path:
    """The rejects file of an output file: `answers.rejects.jsonl` of `answers.jsonl`."""
    return output.with_name(f"{output.name.removesuffix(_ENDING)}.rejects{_ENDING}")


def answer_into_file(
    inputs: InputFiles, model: AnswersRows, task: Task, output: pathlib.Path, show: Callable[[int], None]
) -> Counts:
    """Writes the answers to all rows, in the order of files and rows.

    Output and rejects file are there when all is done; those of an earlier prediction are there until then.

    Args:
        inputs: The rows.
        model: Answers them.
        task: What the model was trained for.
        output: The file.
        show: Is told how many rows are done.

    Raises:
        UserError: The file cannot be written, or there is no model to answer.
    """
    rejects = rejects_beside(output)
    unfinished = [path.with_name(f".{path.name}.unfinished") for path in (output, rejects)]
    answered = rejected = 0
    try:
        with unfinished[0].open("wb") as answers_file, unfinished[1].open("wb") as rejects_file:
            for block in inputs.blocks():
                for part in inputs.reader.parts(block, is_done=lambda _: False):
                    lines = answer_part(part, model, task)
                    answers_file.writelines(lines.answers)
                    rejects_file.writelines(lines.rejects)
                    answered, rejected = answered + len(lines.answers), rejected + len(lines.rejects)
                    show(answered + rejected)
        if rejected:
            unfinished[1].replace(rejects)
        else:
            rejects.unlink(missing_ok=True)
        unfinished[0].replace(output)
    except OSError as error:
        raise UserError(f"{output} cannot be written: {error.strerror}") from error
    finally:
        for path in unfinished:
            path.unlink(missing_ok=True)
    return Counts(answered, rejected, output, rejects)
