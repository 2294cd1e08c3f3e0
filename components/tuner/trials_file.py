"""The records of a search's trials as a file of Tuner's output."""

import json
import pathlib
from collections.abc import Sequence

from models.tuning.trial_record import TrialRecord

_NAME = "trials.json"


def write_trials(folder: pathlib.Path, records: Sequence[TrialRecord]) -> None:
    """Writes the records beside TFX's own `tuner_results.json`.

    Args:
        folder: Tuner's output `tuner_results`.
        records: The trials, by their numbers.
    """
    text = json.dumps([record.to_json() for record in records], indent=1)
    (folder / _NAME).write_text(text, encoding="utf-8")


def read_trials(folder: str) -> list[TrialRecord]:
    """The inverse of `write_trials`."""
    text = (pathlib.Path(folder) / _NAME).read_text(encoding="utf-8")
    return [TrialRecord.from_json(fields) for fields in json.loads(text)]
