"""Writes out logged requests for people to label, those first that the model was least sure of."""

import pathlib
from typing import Any

from models.tasks.interface.task import Task
from models.user_error import UserError
from pipeline.config import PipelineConfig
from pipeline.feedback.corrections import KEY_COLUMN
from pipeline.feedback.new_files import write_new_files
from pipeline.feedback.row_file import row_bytes
from pipeline.monitoring.distinct_sample import DistinctSample
from pipeline.monitoring.log_files import LogTally
from pipeline.monitoring.logged_requests import rows_in_window
from pipeline.monitoring.logged_row import LoggedRow
from pipeline.monitoring.request_key import request_key
from pipeline.monitoring.window import Window

_ANSWERED, _CONFIDENCE = "answered", "confidence"
_MAX_CONSIDERED = 100_000


def export_requests(config: PipelineConfig, prefix: str, window: Window, most: int, path: pathlib.Path) -> int:
    """Writes requests with their keys and answers, and an empty column for the label.

    Args:
        config: The pipeline.
        prefix: Folder and beginning of the names of the log's files.
        window: When they were logged.
        most: How many at most.
        path: The file, which must not be there: somebody may have begun to label it.

    Returns:
        How many were written.

    Raises:
        UserError: There is no log, or no request in the window, or the file cannot be written.
    """
    task = config.chosen_task().build()
    tally = LogTally()
    different = DistinctSample[LoggedRow](_MAX_CONSIDERED)
    for row in rows_in_window(prefix, config.name, task, window, tally):
        different.add(request_key(task, row.texts), row)
    rows = [_row(task, config, row) for row in different.rows()]
    if not rows:
        raise UserError(f"{prefix}: no logged request of {config.name} from {window.describe()}")
    rows.sort(key=lambda row: row.get(_CONFIDENCE, 1.0))
    texts = [config.data.columns.get(name, name) for name in task.text_columns()]
    labels = [
        config.data.columns.get(column.name, column.name) for column in task.used_columns() if column.role == "label"
    ]
    columns = [KEY_COLUMN, *texts, *labels, _ANSWERED, _CONFIDENCE]
    write_new_files({path: row_bytes(rows[:most], columns, path)})
    return min(most, len(rows))


def _row(task: Task, config: PipelineConfig, row: LoggedRow) -> dict[str, Any]:
    answer = task.watched_answer(row.answer)
    found: dict[str, Any] = {config.data.columns.get(name, name): text for name, text in row.texts.items()}
    found[KEY_COLUMN] = request_key(task, row.texts)
    if answer.labels is not None:
        found[_ANSWERED] = ", ".join(answer.labels)
    elif answer.number is not None:
        found[_ANSWERED] = str(answer.number)
    if answer.confidence is not None:
        found[_CONFIDENCE] = round(answer.confidence, 4)
    return found
