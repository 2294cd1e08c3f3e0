"""The record of a run, as JSON and back."""

import json

import pytest

from pipeline.runs.record import ComponentRecord, RunOutcome, RunRecord

OUTCOME = RunOutcome(
    promoted=True,
    version=3,
    path="/serving/x/3",
    reason="good",
    verdict="blessed",
    metrics={"accuracy": 0.9, "auc": None},
)
COMPONENTS = {
    "TextExampleGen": ComponentRecord("cached", 1.5, {"examples": "/runs/é/1", "rejects": "/runs/x/2"}),
    "Trainer": ComponentRecord("failed"),
}


@pytest.mark.parametrize(
    "record",
    [
        RunRecord("2026-01-02T03-04-05", "2026-01-02T03:04:05+01:00", "/logs/x.log"),
        RunRecord(
            "r", "t", "l", "done", 3.25, COMPONENTS, "from Trainer", "base", "inputs", "3 abc", OUTCOME, "oh\nno"
        ),
    ],
)
def test_json_and_back(record: RunRecord) -> None:
    assert RunRecord.from_json(json.loads(json.dumps(record.to_json(), allow_nan=False))) == record


def test_output_folders_are_those_of_all_components() -> None:
    record = RunRecord("r", "t", "l", components={**COMPONENTS, "Promoter": ComponentRecord("done", 0, {"p": "/p/9"})})
    assert record.output_folders() == {"/runs/é/1", "/runs/x/2", "/p/9"}
