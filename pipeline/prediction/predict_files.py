"""Answers the files that a command line names."""

import dataclasses
import os
import pathlib

from models.user_error import UserError
from pipeline.display.transient_note import transient_note
from pipeline.log_file import log_file
from pipeline.prediction.answer_into_file import answer_into_file, rejects_beside
from pipeline.prediction.answer_into_folder import FolderPrediction, answer_into_folder
from pipeline.prediction.counts import Counts
from pipeline.prediction.input_files import InputFiles
from pipeline.prediction.model_source import ModelSource
from pipeline.prediction.progress import progress_bar
from serving.client.retries import Retries
from serving.model_fingerprint import model_fingerprint

_PATIENT = Retries(max_attempts=30, max_wait_seconds=5.0)
"""A server that is started again is back within a minute or two; a long prediction waits for it."""


@dataclasses.dataclass(frozen=True)
class FilesRequest:
    """What a command line asks for.

    Attributes:
        pattern: The files, a path or a glob.
        output: A file that ends in `.jsonl`, or a folder.
        num_workers: Processes that write to the folder.
    """

    pattern: str
    output: pathlib.Path
    num_workers: int = 1

    @property
    def is_folder(self) -> bool:
        """Whether the output is a folder of shards."""
        return self.output.suffix != ".jsonl"


def predict_files(request: FilesRequest, source: ModelSource) -> Counts:
    """Answers files.

    Args:
        request: Which, and where the answers go.
        source: What answers.

    Raises:
        UserError: Something is wrong with the files or the output, or there is no model.
    """
    _check_options(request, source)
    source.check()
    with transient_note(f"bertline: reading {request.pattern}"):
        inputs = InputFiles.matching(request.pattern, source.config.data, source.columns())
        _check_output(request, inputs)
        num_rows = sum(inputs.part_sizes().values())
    if not num_rows:
        raise UserError(f"there is no row to answer in {request.pattern}")
    if request.is_folder:
        folder, task = source.local_version().folder, source.config.chosen_task()
        prediction = FolderPrediction(inputs, folder, model_fingerprint(folder), task, request.num_workers)
        return answer_into_folder(prediction, request.output)
    return _into_file(request, source, inputs, num_rows)


def _into_file(request: FilesRequest, source: ModelSource, inputs: InputFiles, num_rows: int) -> Counts:
    task = source.config.chosen_task().build()
    with (
        source.opened(_PATIENT) as model,
        progress_bar(num_rows) as show,
        log_file(pathlib.Path(os.devnull)),
    ):
        counts = answer_into_file(inputs, model, task, request.output, show)
    counts.check_nothing_lost(num_rows)
    return counts


def _check_options(request: FilesRequest, source: ModelSource) -> None:
    if request.is_folder and source.server:
        raise UserError(
            f"--output {request.output} is a folder, which is written by processes that load the model themselves; "
            "with --server name a file that ends in .jsonl"
        )
    if not request.is_folder and request.num_workers > 1:
        raise UserError(f"--output {request.output} is one file, which one process writes; --workers is for a folder")


def _check_output(request: FilesRequest, inputs: InputFiles) -> None:
    written = {request.output.resolve(), rejects_beside(request.output).resolve()}
    for file in inputs.files:
        path = pathlib.Path(file.path).resolve()
        if path in written or path.parent in written:
            raise UserError(f"{file.path} is both read, by --input, and written, by --output; write somewhere else")
