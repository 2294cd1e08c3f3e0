"""Makes a new span of the data out of corrected labels."""

import dataclasses
import datetime
import pathlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from components.text_example_gen.column_map import map_columns
from components.text_example_gen.config import SPLITS, DataConfig, DataField
from components.text_example_gen.content_hash import split_by_hash
from components.text_example_gen.decided_row import Rejected
from components.text_example_gen.reject_line import reject_line
from models.export.description import read_description
from models.tasks.interface.task import Task
from models.user_error import UserError
from pipeline.config import PipelineConfig
from pipeline.feedback.corrections import CorrectionsFile, read_corrections
from pipeline.feedback.join import Join, Joined, JoinedRow
from pipeline.feedback.new_files import write_new_files
from pipeline.feedback.new_span import new_span_paths
from pipeline.feedback.row_file import fault_of_row, format_of, row_bytes
from pipeline.monitoring.log_files import LogTally
from pipeline.monitoring.logged_requests import rows_in_window
from pipeline.monitoring.request_key import request_key
from pipeline.monitoring.window import Window
from pipeline.versions.version_in_service import version_in_service


@dataclasses.dataclass(frozen=True)
class ImportRequest:
    """What is asked for.

    Attributes:
        file: The corrections.
        prefix: Folder and beginning of the names of the log's files.
        window: When the requests were logged.
        output: Where the rows go; None for a new span of the data.
        span: That span; None for the next.
        allow_new_labels: Whether labels may be new to the model.
    """

    file: pathlib.Path
    prefix: str
    window: Window
    output: pathlib.Path | None = None
    span: str | None = None
    allow_new_labels: bool = False


@dataclasses.dataclass(frozen=True)
class Imported:
    """What came of it.

    Attributes:
        num_rows: Rows of the file.
        written: Rows by the file that they were written to.
        rejects: The file of the other rows; None where there are none.
        reasons: How many of these there are, by kind of reason: what is before a colon.
        tally: What became of the log.
    """

    num_rows: int
    written: Mapping[pathlib.Path, int]
    rejects: pathlib.Path | None
    reasons: Counter[str]
    tally: LogTally


def import_corrections(config: PipelineConfig, path: pathlib.Path, request: ImportRequest) -> Imported:
    """Joins corrections to logged requests and writes them as data.

    Args:
        config: The pipeline.
        path: Its file, for messages.
        request: What is asked for.

    Raises:
        UserError: The file, the log or the config do not go with it; nothing is written then but the rejects file.
    """
    task = config.chosen_task().build()
    layout = _layout(config.data, request)
    targets = _targets(config.data, request, layout)
    file = read_corrections(request.file, task, config.data)
    tally = LogTally()
    requests = _requests(config, task, file, request, tally)
    joined = Join(task, requests, None if request.allow_new_labels else _known_labels(config, path)).of(file)
    columns = _columns(config, task, file)
    kept, unwritable = _by_field(joined, file, columns, targets, layout)
    rejected = [*joined.rejected, *unwritable]
    rejects = _write_rejects(request.file, rejected)
    reasons = Counter(each.reason.partition(": ")[0] for each in rejected)
    if not any(kept.values()):
        told = "; ".join(f"{count} {reason}" for reason, count in reasons.most_common()) or "the file has no rows"
        raise UserError(f"{request.file}: no row can become data: {told}" + (f"; see {rejects}" if rejects else ""))
    names = list(columns.values())
    write_new_files({target: row_bytes(kept[field], names, target, layout) for field, target in targets.items()})
    written = {target: len(kept[field]) for field, target in targets.items()}
    return Imported(len(file.rows), written, rejects, reasons, tally)


def _targets(data: DataConfig, request: ImportRequest, layout: DataConfig) -> dict[DataField, pathlib.Path]:
    if request.output is None:
        # The day of this machine, as the files of the day are named.
        targets = new_span_paths(data, request.span, datetime.datetime.now().astimezone().date())
    elif request.span is not None:
        raise UserError("--span chooses a span of the data, --output a file of your choice: leave one out")
    elif request.output.exists():
        raise UserError(f"{request.output} is there already; nothing is overwritten")
    else:
        targets = {"train": request.output}
    for target in targets.values():
        format_of(target, layout)
    return targets


def _layout(data: DataConfig, request: ImportRequest) -> DataConfig:
    """How files are written: as the config's, a file of the user's choice by its own ending."""
    return data if request.output is None else data.model_copy(update={"format": "auto"})


def _requests(
    config: PipelineConfig, task: Task, file: CorrectionsFile, request: ImportRequest, tally: LogTally
) -> dict[str, Mapping[str, str]]:
    wanted = {row.key for row in file.rows if row.key}
    found: dict[str, Mapping[str, str]] = {}
    for row in rows_in_window(request.prefix, config.name, task, request.window, tally):
        key = request_key(task, row.texts)
        if key in wanted:
            found.setdefault(key, row.texts)
    return found


def _known_labels(config: PipelineConfig, path: pathlib.Path) -> tuple[str, ...] | None:
    """The labels of the model in service; None where it does not say."""
    description = read_description(str(version_in_service(config, path).folder))
    return description.labels if description and description.labels else None


def _columns(config: PipelineConfig, task: Task, file: CorrectionsFile) -> dict[str, str]:
    """The columns of a data file, by the task's names for them and those of others that a run reads.

    Labels that can be told in several ways are written in the way of the file.
    """
    known = map_columns(task, config.data, config.evaluation.slice_columns())
    texts = task.text_columns()
    used = {name: source for name, source in known.canonical.items() if name in texts or name in file.names}
    return {**used, **{name: name for name in known.extra}}


def _values(row: JoinedRow, file: CorrectionsFile, columns: Mapping[str, str]) -> dict[str, Any]:
    given = row.correction.values
    return {
        source: row.texts[name] if name in row.texts else given.get(file.names.get(name, name))
        for name, source in columns.items()
    }


def _by_field(
    joined: Joined,
    file: CorrectionsFile,
    columns: Mapping[str, str],
    targets: Mapping[DataField, pathlib.Path],
    layout: DataConfig,
) -> tuple[dict[DataField, list[Mapping[str, Any]]], list[Rejected]]:
    """The rows of each field's file, and those that cannot stand in it."""
    kept: dict[DataField, list[Mapping[str, Any]]] = {field: [] for field in targets}
    unwritable = []
    for row in joined.rows:
        field, values = _field(layout, targets, row), _values(row, file, columns)
        fault = fault_of_row(values, format_of(targets[field], layout), layout)
        if fault:
            unwritable.append(Rejected(None, row.correction.record, fault))
        else:
            kept[field].append(values)
    return kept, unwritable


def _field(data: DataConfig, targets: Mapping[DataField, pathlib.Path], row: JoinedRow) -> DataField:
    """Which field's file a row goes to: splits with files of their own share rows as `data.split` does."""
    splits = [split for split in SPLITS if split in targets]
    if len(splits) < 2:
        return next(iter(targets))
    return split_by_hash(row.content, {split: data.split.get(split, 0) for split in splits})


def _write_rejects(file: pathlib.Path, rejected: Sequence[Rejected]) -> pathlib.Path | None:
    """Writes the rejects file in the order of the lines; one of before is removed where nothing is rejected."""
    path = file.with_name(f"{file.name.split('.')[0]}.rejects.jsonl")
    try:
        if not rejected:
            path.unlink(missing_ok=True)
            return None
        ordered = sorted(rejected, key=lambda each: each.record.line)
        path.write_bytes(b"".join(reject_line(str(file), each) for each in ordered))
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}") from error
    return path
