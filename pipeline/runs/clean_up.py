"""Removes what old runs left, and keeps all that later ones and served versions rest on."""

import dataclasses
import datetime
import pathlib
import shutil

from pipeline.runs.history import RunHistory
from pipeline.runs.metadata_clean_up import forget_all_but
from pipeline.runs.record import RunRecord
from serving.promotion import ModelVersions


@dataclasses.dataclass(frozen=True)
class CleanUp:
    """What is to be kept and what to go.

    Attributes:
        kept: The runs that stay, the newest first, each with the reason.
        removed: The runs that go.
        folders: Folders and files that go with them.
        num_bytes: Their size.
    """

    kept: tuple[tuple[RunRecord, str], ...]
    removed: tuple[RunRecord, ...]
    folders: tuple[pathlib.Path, ...]
    num_bytes: int


def plan_clean_up(history: RunHistory, store: ModelVersions, num_kept: int) -> CleanUp:
    """Decides what goes.

    Args:
        history: The pipeline's runs.
        store: The pipeline's served versions: the run that made one stays for as long as the version.
        num_kept: How many of the newest runs stay.
    """
    records = history.records()
    served = _served_runs(store)
    finished = next((record.run for record in records if record.state == "done" and not record.part), None)
    kept: list[tuple[RunRecord, str]] = []
    for number, record in enumerate(records):
        if number < num_kept:
            kept.append((record, f"one of the last {num_kept}"))
        elif record.run in served:
            kept.append((record, f"made version {served[record.run]}"))
        elif record.run == finished:
            kept.append((record, "the last that went to its end"))
    names = {record.run for record, _ in kept}
    removed = tuple(record for record in records if record.run not in names)
    # Without any record, what is there may be all that somebody has: a history can be lost.
    folders = tuple(_folders(history.runs_folder, [record for record, _ in kept], removed)) if records else ()
    return CleanUp(tuple(kept), removed, folders, sum(map(_size, folders)))


def carry_out(clean_up: CleanUp, history: RunHistory) -> None:
    """Removes what was decided; a kill on the way leaves the rest to the next clean-up.

    Args:
        clean_up: What goes.
        history: The pipeline's runs; no run may be going on.

    Raises:
        UserError: The metadata is of another version than is known here.
    """
    kept = [record for record, _ in clean_up.kept]
    if not kept:
        return
    forget_all_but(
        history.runs_folder / "metadata.sqlite",
        runs={record.run for record in kept},
        uris={uri for record in kept for uri in record.output_folders()},
    )
    for folder in clean_up.folders:
        if folder.is_dir():
            shutil.rmtree(folder)
        else:
            folder.unlink(missing_ok=True)
    for record in clean_up.removed:
        history.remove(record)


def _served_runs(store: ModelVersions) -> dict[str, int]:
    records = [store.record(version) for version in store.numbers()]
    return {record.origin.run: record.version for record in records if record}


def _folders(runs_folder: pathlib.Path, kept: list[RunRecord], removed: tuple[RunRecord, ...]) -> list[pathlib.Path]:
    needed = {uri for record in kept for uri in record.output_folders()}
    artifacts = runs_folder / "artifacts"
    outputs = [path for path in artifacts.glob("*/[!.]*/*") if str(path) not in needed]
    # TFX numbers the folders of an execution, its working folders too, alike.
    numbers = {(path.parts[-3], path.name) for path in map(pathlib.Path, needed)}
    working = [path for path in artifacts.glob("*/.system/*_execution/*") if (path.parts[-4], path.name) not in numbers]
    working += artifacts.glob("*/.system/stateful_working_dir/*")
    logs = [path for record in removed if (path := pathlib.Path(record.log)).is_file()]
    return [*outputs, *working, *logs, *(path for path in _left_over(runs_folder, kept) if path not in logs)]


def _left_over(runs_folder: pathlib.Path, kept: list[RunRecord]) -> list[pathlib.Path]:
    """Logs, searches, what monitoring remembers of versions, and checkpoints and rejects of runs that did not end well.

    All of it older than all that is kept.
    """
    oldest = min(datetime.datetime.fromisoformat(record.started_at).timestamp() for record in kept)
    logs = {record.log for record in kept}
    patterns = ("logs/*", "checkpoints/*", "rejects/*", "tuning/*", "monitoring/reference-*.json")
    found = [path for pattern in patterns for path in runs_folder.glob(pattern)]
    return [path for path in found if str(path) not in logs and path.stat().st_mtime < oldest]


def _size(path: pathlib.Path) -> int:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files)
