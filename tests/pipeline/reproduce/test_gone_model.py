"""A run that took more than a verdict from a model in service which is gone: it cannot be run again."""

import pathlib

import pytest

from models.user_error import UserError
from pipeline.config_files.load_config import load_config
from pipeline.reproduce.recorded_run import RecordedRun
from pipeline.reproduce.second_run import SecondRun
from pipeline.runs.provenance import CodeVersion, Provenance
from pipeline.runs.record import RunOutcome, RunRecord

CONFIG = """
name: tickets
task: text_classification
data: {train: train.csv, eval: eval.csv, label_changes: %s}
training: {start_from: %s}
"""
GONE = "what was in service then was removed with the run's results"


def _run(folder: pathlib.Path, label_changes: str, start_from: str) -> RecordedRun:
    """A run of whose results nothing is left."""
    (folder / "tickets.yaml").write_text(CONFIG % (label_changes, start_from))
    config = load_config(folder / "tickets.yaml").model_dump(mode="json", exclude={"notifications"})
    provenance = Provenance(CodeVersion("f"), None, {}, {}, None, "preset", config, {})
    outcome = RunOutcome(True, 1, None, "", "", {})
    return RecordedRun.of(RunRecord("r", "t", "l", "done", outcome=outcome, provenance=provenance))


@pytest.mark.parametrize(
    ("label_changes", "start_from", "named"),
    [
        ("follow", "current", "by its training.start_from: current it goes on from"),
        ("extend", "preset", "by its data.label_changes: extend it goes on from"),
        ("error", "current", "by its training.start_from: current and data.label_changes: error it goes on from"),
    ],
)
def test_it_is_refused_by_what_it_took(tmp_path: pathlib.Path, label_changes: str, start_from: str, named: str) -> None:
    run = _run(tmp_path, label_changes, start_from)
    with pytest.raises(UserError) as error:
        SecondRun(run, tmp_path / "again")
    assert named in str(error.value)
    assert GONE in str(error.value)


def test_a_run_that_was_only_judged_against_it_goes_without(tmp_path: pathlib.Path) -> None:
    assert SecondRun(_run(tmp_path, "follow", "preset"), tmp_path / "again").without_baseline == GONE
