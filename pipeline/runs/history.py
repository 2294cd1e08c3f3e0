"""The records of a pipeline's runs on this machine."""

import dataclasses
import datetime
import json
import os
import pathlib

from models.user_error import UserError
from pipeline.runs.portable_paths import from_portable_paths, to_portable_paths
from pipeline.runs.record import RunRecord
from serving.durable_files import replace_file
from serving.folder_lock import is_locked

_NUM_SHOWN = 5


class RunHistory:
    """One JSON file for each run, in a folder of its own; paths in it are relative, so that a project can be moved."""

    def __init__(self, runs_folder: pathlib.Path) -> None:
        """Names the pipeline's folder below `runs_directory`; nothing is created."""
        self.runs_folder = runs_folder
        self._folder = runs_folder / "history"

    def records(self) -> list[RunRecord]:
        """All runs, the newest first. A run that a kill ended without a word is `killed`.

        Raises:
            UserError: A file there is no record; it is named.
        """
        found = [self._read(path) for path in self._paths()]
        found.sort(key=lambda record: (datetime.datetime.fromisoformat(record.started_at), record.run), reverse=True)
        claims = [record.run for record in found if record.state == "running"]
        # A run settles the claims of those before it; where none has since, only the newest can be going on.
        running = claims[0] if claims and is_locked(self.runs_folder) else None
        return [_at_present(record, record.run == running) if record.run in claims else record for record in found]

    def record_of(self, run: str | None) -> RunRecord:
        """One run, by its name or the beginning of it; without either the newest.

        Raises:
            UserError: There is no such run, or several.
        """
        records = self.records()
        if not records:
            raise UserError(f"there are no runs in {self.runs_folder} yet; `bertline run CONFIG` makes one")
        if run is None:
            return records[0]
        found = [record for record in records if record.run.startswith(run)]
        exact = [record for record in found if record.run == run]
        if len(exact or found) == 1:
            return (exact or found)[0]
        names = ", ".join(record.run for record in (found or records)[:_NUM_SHOWN])
        raise UserError(f"{'several runs begin' if found else 'no run begins'} with {run!r}; there are: {names}")

    def save(self, record: RunRecord) -> None:
        """Writes the record of a run, in one step."""
        self._folder.mkdir(parents=True, exist_ok=True)
        moved = record.with_paths(lambda path: os.path.relpath(path, self.runs_folder))
        if moved.provenance:
            moved = dataclasses.replace(moved, provenance=to_portable_paths(moved.provenance, self.runs_folder))
        replace_file(self._path(record.run), json.dumps(moved.to_json(), indent=1).encode())

    def settle(self) -> None:
        """Writes down that runs were killed which say that they are going on; only the holder of the lock may call it.

        Raises:
            UserError: A file there is no record; it is named.
        """
        for path in self._paths():
            record = self._read(path)
            if record.state == "running":
                self.save(dataclasses.replace(record, state="killed"))

    def remove(self, record: RunRecord) -> None:
        """Forgets a run."""
        self._path(record.run).unlink(missing_ok=True)

    def _read(self, path: pathlib.Path) -> RunRecord:
        try:
            record = RunRecord.from_json(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise UserError(f"{path} is not the record of a run: {error}; move it away") from error
        # Below this folder, wherever it was moved to since.
        found = record.with_paths(lambda relative: os.path.normpath(self.runs_folder / relative))
        if found.provenance is None:
            return found
        return dataclasses.replace(found, provenance=from_portable_paths(found.provenance, self.runs_folder))

    def _paths(self) -> list[pathlib.Path]:
        return list(self._folder.glob("[!.]*.json"))

    def _path(self, run: str) -> pathlib.Path:
        return self._folder / f"{run}.json"


def _at_present(record: RunRecord, is_running: bool) -> RunRecord:
    """What a record that says `running` means now."""
    if not is_running:
        return dataclasses.replace(record, state="killed")
    now = datetime.datetime.now(datetime.UTC)
    since = (now - datetime.datetime.fromisoformat(record.started_at)).total_seconds()
    # A clock that was set back tells nothing.
    return dataclasses.replace(record, seconds=max(0.0, since))
