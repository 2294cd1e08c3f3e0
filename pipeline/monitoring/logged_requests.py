"""What a version was asked within a window of time."""

import dataclasses
from collections.abc import Collection, Iterator

from models.tasks.interface.task import Task
from pipeline.monitoring.distinct_sample import DistinctSample
from pipeline.monitoring.log_files import LogTally, log_paths, log_records
from pipeline.monitoring.logged_row import LoggedRow, UnreadableRecordError, logged_rows
from pipeline.monitoring.request_key import request_key
from pipeline.monitoring.window import Window

SAMPLE_ROWS = 2000
"""More different texts than these tell no more: what chance does among so many is far below any threshold."""


@dataclasses.dataclass(frozen=True)
class LoggedModel:
    """Whose requests are looked for.

    Attributes:
        name: The model's name.
        task: Its task.
        versions: The version that they were answered by, and others that hold the same model.
    """

    name: str
    task: Task
    versions: Collection[int]


@dataclasses.dataclass(frozen=True)
class LoggedRequests:
    """What was found.

    Attributes:
        tally: What became of all that the log holds.
        num_rows: Texts in the window that the version answered.
        num_texts: How many different ones.
        sample: A sample of these.
    """

    tally: LogTally
    num_rows: int
    num_texts: int
    sample: tuple[LoggedRow, ...]


def logged_requests(prefix: str, model: LoggedModel, window: Window) -> LoggedRequests:
    """Reads a log.

    Args:
        prefix: Folder and beginning of its files' names, or a glob.
        model: Whose requests.
        window: When.

    Raises:
        UserError: There is no log.
    """
    tally = LogTally()
    sample = DistinctSample[LoggedRow](SAMPLE_ROWS)
    num_rows = 0
    for row in rows_in_window(prefix, model.name, model.task, window, tally):
        if row.version not in model.versions:
            tally.other_versions[row.version] += 1
            continue
        num_rows += 1
        sample.add(request_key(model.task, row.texts), row)
    return LoggedRequests(tally, num_rows, sample.num_distinct, sample.rows())


def rows_in_window(prefix: str, name: str, task: Task, window: Window, tally: LogTally) -> Iterator[LoggedRow]:
    """Reads the rows of a log one by one, whichever version answered them.

    Args:
        prefix: Folder and beginning of its files' names, or a glob.
        name: The model's name.
        task: The model's.
        window: When.
        tally: Counts.

    Raises:
        UserError: There is no log.
    """
    for record in log_records(log_paths(prefix), window.since, tally):
        try:
            rows = logged_rows(record, task, name)
        except UnreadableRecordError as error:
            tally.unreadable[str(error)] += 1
            continue
        if not all(window.since <= row.at < window.until for row in rows):
            tally.outside += 1
            continue
        tally.rows += len(rows)
        yield from rows
