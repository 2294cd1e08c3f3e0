"""Two served versions asked what clients have asked a server."""

import dataclasses
import glob
import pathlib
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

import tensorflow as tf
from google.protobuf.message import DecodeError
from tensorflow_serving.apis import prediction_log_pb2

from models.tasks.interface.task import Task
from models.user_error import UserError
from pipeline.config import PipelineConfig
from serving.local_model import LocalModel
from serving.promotion import ModelVersions

MAX_ROWS = 10_000
_NUM_SHOWN = 10


@dataclasses.dataclass(frozen=True)
class Difference:
    """A request that two versions answer otherwise.

    Attributes:
        texts: What was asked, by column.
        answers: What either answers, as `bertline predict` prints it.
    """

    texts: Mapping[str, str]
    answers: tuple[str, str]


@dataclasses.dataclass(frozen=True)
class Agreement:
    """How far two versions agree.

    Attributes:
        num_rows: Texts that both were asked.
        num_alike: How many of them both answer alike; scores may differ.
        differences: The first of the others.
        num_skipped: Logged requests of another kind, such as those with serialized tf.Examples.
    """

    num_rows: int
    num_alike: int
    differences: tuple[Difference, ...]
    num_skipped: int


def compare_on_requests(
    config: PipelineConfig, versions: ModelVersions, pattern: str, one: int, other: int
) -> Agreement:
    """Asks both versions what a prediction log holds.

    Args:
        config: The pipeline.
        versions: Its versions.
        pattern: The log's files; the newest `MAX_ROWS` rows of them are asked.
        one: A version.
        other: Another.

    Raises:
        UserError: There is no such log, or nothing in it that the model could be asked; or answers are numbers alone.
    """
    task = config.chosen_task().build()
    rows, num_skipped = logged_rows(pattern, task.signatures()["serving_default"].columns)
    if not rows:
        raise UserError(f"{pattern}: no logged request has texts for {config.name}; {num_skipped} are of other kinds")
    with tempfile.TemporaryDirectory() as folder:
        answers = []
        for version in (one, other):
            model = LocalModel(str(versions.fetch(version, pathlib.Path(folder) / str(version))))
            answers.append(model.answer(rows))
    pairs = list(zip(rows, *answers, strict=True))
    differing = [pair for pair in pairs if _decision(task, pair[1]) != _decision(task, pair[2])]
    shown = [Difference(row, (task.answer_line(row, a), task.answer_line(row, b))) for row, a, b in differing]
    return Agreement(len(rows), len(rows) - len(differing), tuple(shown[:_NUM_SHOWN]), num_skipped)


def logged_rows(pattern: str, columns: tuple[str, ...]) -> tuple[list[dict[str, str]], int]:
    """Reads the texts of a prediction log.

    Args:
        pattern: Its files.
        columns: The columns that the model reads.

    Returns:
        The newest rows, and how many requests are of another kind.

    Raises:
        UserError: There are no such files, or one is no prediction log.
    """
    # What the server still writes has another name, and the names begin with the moment.
    paths = sorted(path for path in glob.glob(pattern) if not path.endswith(".open"))
    if not paths:
        raise UserError(f"{pattern}: there is no such file")
    rows: list[dict[str, str]] = []
    num_skipped = 0
    for path in reversed(paths):
        for record in _records(path):
            inputs = record.predict_log.request.inputs
            if set(inputs) == set(columns):
                texts = [inputs[name].string_val for name in columns]
                rows += [
                    {name: text.decode(errors="replace") for name, text in zip(columns, row, strict=True)}
                    for row in zip(*texts, strict=True)
                ]
            else:
                num_skipped += 1
        if len(rows) >= MAX_ROWS:
            break
    return rows[:MAX_ROWS], num_skipped


def _records(path: str) -> Iterator[Any]:
    try:
        for record in tf.data.TFRecordDataset(path).as_numpy_iterator():
            yield prediction_log_pb2.PredictionLog.FromString(record)
    except (tf.errors.DataLossError, DecodeError) as error:
        raise UserError(f"{path} is no prediction log, or is damaged: {error}") from error


def _decision(task: Task, answer: Mapping[str, Any]) -> Any:
    """What an answer says, without scores, which differ between any two models."""
    plain = task.plain_answer(answer)
    said = {name: value for name, value in plain.items() if isinstance(value, str | int)}
    # Where one thing is said, lists only tell what else was thought of.
    said = said or {name: value for name, value in plain.items() if not _is_numbers(value)}
    if not said:
        raise UserError(f"answers of {task.name} are nothing but numbers: `--same-rows` compares them by metrics")
    return said


def _is_numbers(value: Any) -> bool:
    return isinstance(value, float) or (isinstance(value, list) and bool(value) and all(map(_is_numbers, value)))
