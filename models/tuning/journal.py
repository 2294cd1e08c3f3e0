"""The folder of one search: what each trial tries and what came of it, a file each, written in one step."""

import json
import pathlib
import shutil
from collections.abc import Callable, Mapping
from typing import Any

from models.tuning.trial_record import TrialRecord

_VALUES, _RECORD, _EPOCHS = "values.json", "record.json", "epochs.json"


class Journal:
    """All that a search goes on from after a kill.

    keras-tuner's own files are written in place: a kill can leave half of one. So the search is begun anew in a new
    process, and every trial that is here answers at once: first what it tries, then what came of it.
    """

    def __init__(self, folder: str) -> None:
        """Names the folder, which is local; nothing is created.

        Args:
            folder: This search's: equal data, space, settings and code, the same folder.
        """
        self._folder = pathlib.Path(folder)

    def values_of(self, number: int, choose: Callable[[], dict[str, Any] | None]) -> dict[str, Any] | None:
        """What a trial tries: what was written down, or else what is chosen now, which is.

        Args:
            number: The trial's, from 1.
            choose: Makes a choice; None where nothing is left to choose.
        """
        known = self.known_values(number)
        if known is None:
            known = choose()
            if known is not None:
                self._write(number, _VALUES, known)
        return known

    def known_values(self, number: int) -> dict[str, Any] | None:
        """What a trial tries, if that was written down."""
        return self._read(number, _VALUES)

    def record_of(self, number: int) -> TrialRecord | None:
        """What came of a trial; None where it has not ended."""
        fields = self._read(number, _RECORD)
        return TrialRecord.from_json(fields) if fields else None

    def records(self) -> list[TrialRecord]:
        """What came of all trials that have ended, by their numbers."""
        numbers = sorted(int(path.parent.name) for path in self._folder.glob(f"*/{_RECORD}"))
        return [record for record in map(self.record_of, numbers) if record]

    def epochs_of(self, number: int) -> dict[int, Mapping[str, float]]:
        """The metrics after each epoch of a trial, by the epoch from 0; -1 for before training."""
        return {int(epoch): metrics for epoch, metrics in (self._read(number, _EPOCHS) or {}).items()}

    def add_epoch(self, number: int, epoch: int, metrics: Mapping[str, float]) -> dict[int, Mapping[str, float]]:
        """Writes down what an epoch came to; once more the same for one that is evaluated again after a kill.

        Returns:
            What `epochs_of` gives now.
        """
        plain = {name: float(value) for name, value in metrics.items()}
        epochs = {**self.epochs_of(number), epoch: plain}
        self._write(number, _EPOCHS, {str(name): value for name, value in sorted(epochs.items())})
        return epochs

    def end(self, record: TrialRecord) -> None:
        """Writes down what came of a trial, and removes what it would have gone on from."""
        self._write(record.number, _RECORD, record.to_json())
        shutil.rmtree(self.training_folder(record.number), ignore_errors=True)

    def training_folder(self, number: int) -> str:
        """Where a trial's training has its checkpoints."""
        return str(self._of(number) / "training")

    def _of(self, number: int) -> pathlib.Path:
        return self._folder / f"{number:04}"

    def _read(self, number: int, name: str) -> dict[str, Any] | None:
        path = self._of(number) / name
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None

    def _write(self, number: int, name: str, values: Mapping[str, Any]) -> None:
        path = self._of(number) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{name}.unfinished")
        unfinished.write_text(json.dumps(values, indent=1), encoding="utf-8")
        unfinished.replace(path)
