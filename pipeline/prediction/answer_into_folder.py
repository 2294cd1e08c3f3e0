"""Answers files with Beam on this machine, into a folder; a second start does what is missing."""

import contextlib
import dataclasses
import pathlib
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from models.tasks.interface.chosen_task import ChosenTask
from models.user_error import UserError
from pipeline.beam.config import BeamConfig
from pipeline.beam.options import beam_arguments
from pipeline.log_file import log_file
from pipeline.prediction.counts import Counts
from pipeline.prediction.input_files import InputFiles
from pipeline.prediction.output_folder import OutputFolder
from pipeline.prediction.progress import progress_bar
from serving.folder_lock import folder_lock

_SECONDS_BETWEEN_LOOKS = 0.5


@dataclasses.dataclass(frozen=True)
class FolderPrediction:
    """What is predicted.

    Attributes:
        inputs: The rows.
        model_folder: The SavedModel.
        fingerprint: What it holds, in one word.
        task: What it was trained for.
        num_workers: Processes that answer; each loads the model.
    """

    inputs: InputFiles
    model_folder: pathlib.Path
    fingerprint: str
    task: ChosenTask
    num_workers: int = 1

    def what(self) -> dict[str, Any]:
        """All that the answers and their division into shards depend on, as JSON values."""
        reader = self.inputs.reader
        return {
            "model": self.fingerprint,
            "task": self.task.to_json(),
            "files": [_identity(pathlib.Path(file.path)) for file in self.inputs.files],
            "columns": {file.path: dict(reader.columns[file.path]) for file in self.inputs.files},
            "quoting": reader.data.quoting,
            "header": reader.data.header,
            "rows_per_part": reader.rows_per_part,
        }

    def beam_arguments(self) -> list[str]:
        """Beam's options for this machine."""
        several = BeamConfig(profile="multi_process", workers=self.num_workers)
        return list(beam_arguments(several if self.num_workers > 1 else BeamConfig()))


def answer_into_folder(prediction: FolderPrediction, folder: pathlib.Path) -> Counts:
    """Writes the answers to all rows that are not answered yet.

    Args:
        prediction: What is predicted.
        folder: Is made, or holds what an earlier start of the same prediction left.

    Raises:
        UserError: The folder holds something else, or another process writes to it, or the model refuses all rows.
    """
    folder.mkdir(parents=True, exist_ok=True)
    output = OutputFolder(folder)
    with _only_process(folder):
        output.begin(prediction.what())
        sizes = prediction.inputs.part_sizes()
        if not all(map(output.is_done, sizes)):
            with _shown(sizes, output), log_file(folder / "prediction.log"):
                _answer(prediction, output)
        counts = output.counts()
    counts.check_nothing_lost(sum(sizes.values()))
    return counts


def _answer(prediction: FolderPrediction, output: OutputFolder) -> None:
    from pipeline.prediction.answer_with_beam import PartHandler, answer_with_beam

    handler = PartHandler(str(prediction.model_folder), prediction.task.to_json())
    try:
        answer_with_beam(prediction.inputs, handler, output, prediction.beam_arguments())
    except RuntimeError as error:
        if fault := output.fault():
            raise UserError(fault) from error
        raise


def _identity(path: pathlib.Path) -> dict[str, Any]:
    status = path.stat()
    return {"path": str(path.resolve()), "bytes": status.st_size, "modified_ns": status.st_mtime_ns}


@contextlib.contextmanager
def _only_process(folder: pathlib.Path) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(folder_lock(folder, wait=False))
        except BlockingIOError as error:
            raise UserError(f"another process writes its answers to {folder}") from error
        yield


@contextlib.contextmanager
def _shown(sizes: Mapping[str, int], output: OutputFolder) -> Iterator[None]:
    """Shows the shards that are there, whichever process wrote them."""
    with progress_bar(sum(sizes.values())) as show:
        is_over = threading.Event()
        thread = threading.Thread(target=_look, args=(sizes, output, show, is_over), daemon=True)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()


def _look(
    sizes: Mapping[str, int], output: OutputFolder, show: Callable[[int], None], is_over: threading.Event
) -> None:
    while not is_over.wait(_SECONDS_BETWEEN_LOOKS):
        show(sum(size for name, size in sizes.items() if output.is_done(name)))
