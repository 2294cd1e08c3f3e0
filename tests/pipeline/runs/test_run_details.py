"""What is read of a run's outputs, as far as they are there."""

import json
import pathlib
import shutil

import pytest

from components.evaluator.verdict import Baseline, SliceMetrics, ThresholdCheck, Verdict, write_verdict
from components.text_example_gen.ingest_summary import IngestSummary, ReasonSummary, write_summary
from pipeline.runs.details import run_details
from pipeline.runs.record import ComponentRecord, ComponentState, RunRecord

VERDICT = Verdict(
    blessed=True,
    reason="good",
    baseline=Baseline(version=2, uri="/serving/2"),
    thresholds=(ThresholdCheck("accuracy", {}, "at_least", 0.5, 0.9, 0.8, False, True, "it is"),),
    metrics=(SliceMetrics({}, {"accuracy": 0.9}, {"accuracy": 0.8}),),
)
SUMMARY = IngestSummary(
    rows=10,
    accepted={"train": 7, "eval": 2},
    examples={"train": 7, "eval": 2},
    rejected=1,
    reasons=(ReasonSummary(reason="no label", rows=1, first_file="a.csv", first_line=3, first_reason="no label"),),
    files=(),
    damaged=(),
)


def run(folder: pathlib.Path, state: ComponentState = "done") -> RunRecord:
    """A run with all outputs."""
    rejects, evaluation, report = folder / "rejects" / "1", folder / "evaluation" / "9", folder / "report" / "11"
    for place in (rejects, evaluation, report):
        place.mkdir(parents=True)
    (report / "report.html").touch()
    write_summary(SUMMARY, str(rejects / "summary.json"))
    write_verdict(VERDICT, str(evaluation))
    components = {
        "TextExampleGen": ComponentRecord(state, 1.0, {"rejects": str(rejects)}),
        "Evaluator": ComponentRecord(state, 1.0, {"evaluation": str(evaluation)}),
        "Report": ComponentRecord(state, 1.0, {"report": str(report)}),
    }
    return RunRecord("r", "2026-01-01T00:00:00+00:00", "/log", "done", components=components)


@pytest.mark.parametrize("state", ["done", "cached", "reused"])
def test_rows_and_verdict_are_read(tmp_path: pathlib.Path, state: ComponentState) -> None:
    details = run_details(run(tmp_path, state))
    assert details.ingest == json.loads(SUMMARY.model_dump_json())
    assert details.rejects == f"{tmp_path}/rejects/1/rejects.jsonl"
    assert details.verdict == VERDICT
    assert details.report == f"{tmp_path}/report/11/report.html"


def test_as_json(tmp_path: pathlib.Path) -> None:
    record = run(tmp_path)
    found = json.loads(json.dumps(run_details(record).to_json(), allow_nan=False))
    assert RunRecord.from_json(found["record"]) == record
    assert Verdict.from_json(found["verdict"]) == VERDICT
    assert found["ingest"]["rejected"] == 1


@pytest.mark.parametrize("components", [{}, {"TextExampleGen": ComponentRecord("failed")}])
def test_a_run_that_did_not_come_so_far(components: dict[str, ComponentRecord]) -> None:
    details = run_details(RunRecord("r", "2026-01-01T00:00:00+00:00", "/log", "failed", components=components))
    assert (details.ingest, details.rejects, details.verdict, details.report) == (None, None, None, None)


def test_outputs_that_were_deleted(tmp_path: pathlib.Path) -> None:
    record = run(tmp_path)
    shutil.rmtree(tmp_path / "rejects")
    assert run_details(record).ingest is None
    assert run_details(record).verdict == VERDICT
    shutil.rmtree(tmp_path / "evaluation")
    assert run_details(record).verdict is None
    shutil.rmtree(tmp_path / "report")
    assert run_details(record).report is None


def test_outputs_that_were_emptied(tmp_path: pathlib.Path) -> None:
    record = run(tmp_path)
    (tmp_path / "rejects/1/summary.json").unlink()
    (tmp_path / "evaluation/9/verdict.json").unlink()
    details = run_details(record)
    assert (details.ingest, details.verdict) == (None, None)
