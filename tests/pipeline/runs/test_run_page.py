"""One run on one page, for a person."""

import dataclasses
import io
import json
from collections.abc import Mapping
from typing import Any

import pytest
from rich.console import Console

from components.evaluator.verdict import Baseline, SliceMetrics, ThresholdCheck, Verdict
from components.serving_validator.validation import Check, Latency, Validation
from components.text_example_gen.ingest_summary import IngestSummary, ReasonSummary
from pipeline.runs.details import RunDetails
from pipeline.runs.page import run_page
from pipeline.runs.record import ComponentRecord, RunOutcome, RunRecord

RECORD = RunRecord(
    run="2026-01-02T03-04-05",
    started_at="2026-01-02T03:04:05+00:00",
    log="/runs/logs/2026-01-02T03-04-05.log",
    state="done",
    seconds=75.0,
    components={
        "TextExampleGen": ComponentRecord(
            "cached", 1.5, {"examples": "/runs/a/T/examples/1", "rejects": "/runs/a/T/rejects/1"}
        ),
        "Trainer": ComponentRecord("done", 61.0, {"model": "/runs/a/Trainer/model/2"}),
    },
    outcome=RunOutcome(True, 3, "/serving/3", "good", "good", {}),
)


def lines(record: RunRecord = RECORD, **fields: Any) -> list[str]:
    output = io.StringIO()
    details = RunDetails(
        **{
            "record": record,
            "ingest": None,
            "rejects": None,
            "verdict": None,
            "validation": None,
            "report": None,
            **fields,
        }
    )
    Console(file=output, width=120, highlight=False, markup=False, emoji=False).print(run_page("tickets", details))
    return [line.rstrip() for line in output.getvalue().splitlines()]


def ingest(*reasons: tuple[str, int]) -> Mapping[str, Any]:
    """As TextExampleGen writes it."""
    summary = IngestSummary(
        rows=12_345,
        accepted={"train": 10_000, "eval": 2_000},
        examples={"train": 10_000, "eval": 2_000},
        rejected=sum(rows for _, rows in reasons),
        reasons=tuple(
            ReasonSummary(reason=reason, rows=rows, first_file="a.csv", first_line=2, first_reason=reason)
            for reason, rows in reasons
        ),
        files=(),
        damaged=(),
    )
    return dict(json.loads(summary.model_dump_json()))


def verdict(*metrics: SliceMetrics, thresholds: tuple[ThresholdCheck, ...] = ()) -> Verdict:
    return Verdict(True, "good", Baseline(version=2, uri="/serving/2"), thresholds, metrics)


def test_the_head_and_the_components() -> None:
    assert lines() == [
        "run      2026-01-02T03-04-05 of tickets",
        "state    done after 1:15",
        "outcome  version 3",
        "log      /runs/logs/2026-01-02T03-04-05.log",
        "",
        "component       state   time   outputs below /runs/a",
        "TextExampleGen  cached  1.5 s  T/examples/1",
        "                               T/rejects/1",
        "Trainer         done    1:01   Trainer/model/2",
    ]


def test_the_page_on_the_run_is_named() -> None:
    assert "report   /runs/a/Report/report/9/report.html" in lines(report="/runs/a/Report/report/9/report.html")
    assert not any(line.startswith("report") for line in lines())


def test_a_part_and_its_base() -> None:
    record = dataclasses.replace(RECORD, part="from Trainer", base="2026-01-01T00-00-00")
    assert "part     from Trainer, on the results of 2026-01-01T00-00-00" in lines(record)
    assert "part     from Trainer" in lines(dataclasses.replace(record, base=None))


@pytest.mark.parametrize(
    ("state", "shown"), [("killed", "killed"), ("running", "running"), ("interrupted", "interrupted")]
)
def test_a_component_that_never_ended_is_shown_as_its_run(state: Any, shown: str) -> None:
    record = dataclasses.replace(RECORD, state=state, outcome=None, components={"Trainer": ComponentRecord("running")})
    assert ["Trainer", shown, "0.0", "s"] in [line.split() for line in lines(record)]


def test_a_run_that_did_nothing() -> None:
    record = dataclasses.replace(RECORD, components={}, outcome=None, state="failed", error="no file\nmatches [/bold]")
    assert "outcome  no file" in lines(record)


def test_rows() -> None:
    assert lines(ingest=ingest(), rejects="/r/rejects.jsonl")[-2:] == [
        "rows",
        "12,345 read: train 10,000, eval 2,000; 0 rejected",
    ]


def test_spans() -> None:
    spans = {**ingest(), "spans": ["2026-11-01 to 2026-11-18", "2026-11-20"], "missing_spans": []}
    assert lines(ingest=spans, rejects="/r/rejects.jsonl")[-1] == "  spans: 2026-11-01 to 2026-11-18, 2026-11-20"
    spans["missing_spans"] = ["2026-11-19"]
    assert lines(ingest=spans, rejects="/r/rejects.jsonl")[-1] == "  spans that are not there: 2026-11-19"


def test_examples_of_rows_that_are_several() -> None:
    several = {**ingest(), "examples": {"train": 50_000, "eval": 9_000}}
    assert lines(ingest=several, rejects="/r/rejects.jsonl")[-2:] == [
        "12,345 read: train 10,000, eval 2,000; 0 rejected",
        "  examples made of them: train 50,000, eval 9,000",
    ]
    # As versions before wrote it.
    del several["accepted"]
    assert lines(ingest=several, rejects="/r/rejects.jsonl")[-1] == (
        "12,345 read: train 50,000, eval 9,000; 0 rejected"
    )


def test_rejects_by_reason() -> None:
    found = lines(ingest=ingest(("no label [/x]", 1_200), ("empty", 3)), rejects="/r/rejects.jsonl")
    assert found[-5:] == [
        "rows",
        "12,345 read: train 10,000, eval 2,000; 1,203 rejected",
        "  1,200 x no label [/x]",
        "  3 x empty",
        "  all of them: /r/rejects.jsonl",
    ]


def test_metrics_by_slice_beneath_all_rows_those_in_service() -> None:
    found = verdict(
        SliceMetrics({}, {"accuracy": 0.98765, "example_count": 400.0, "auc": None}, {"accuracy": 1.0, "auc": 0.5}),
        SliceMetrics(
            {"channel": "mail", "text_length": "0-9"}, {"accuracy": 0.0, "example_count": 1.0, "auc": 0.25}, None
        ),
    )
    assert [line.split() for line in lines(verdict=found)[-4:]] == [
        ["metrics", "accuracy", "example_count", "auc"],
        ["all", "rows", "0.9877", "400", "-"],
        ["version", "2", "1.0000", "-", "0.5000"],
        ["channel", "mail,", "text_length", "0-9", "0.0000", "1.0000", "0.2500"],
    ]


def test_thresholds() -> None:
    checks = (
        ThresholdCheck("accuracy", {}, "at_least", 0.9, 0.95, None, False, True, "it is 0.95"),
        ThresholdCheck(
            "auc", {"channel": "mail"}, "at_most_below_current", 1e-3, 0.5, 0.6, False, False, "it is 0.1 below"
        ),
        ThresholdCheck("auc", {}, "at_least_above_current", 0, None, None, False, None, "there is none"),
    )
    found = [line.split("  ") for line in lines(verdict=verdict(thresholds=checks))[-4:]]
    assert [[part.strip() for part in line if part] for line in found] == [
        ["threshold", "slice", "result", "why"],
        ["accuracy at_least 0.9", "held", "it is 0.95"],
        ["auc at_most_below_current 0.001", "channel mail", "failed", "it is 0.1 below"],
        ["auc at_least_above_current 0", "skipped", "there is none"],
    ]


def test_a_verdict_without_metrics() -> None:
    assert lines(verdict=verdict()) == lines()


def test_a_single_output_is_named() -> None:
    components = {"TextExampleGen": ComponentRecord("done", 1.0, {"examples": "/runs/a/T/examples/1"})}
    assert "examples/1" in lines(dataclasses.replace(RECORD, components=components))[-1]


def test_values_for_single_labels_have_a_table_of_their_own() -> None:
    ours = {"f1": 0.5, "count": 30, "f1/PER": 0.75, "count/PER": 20, "f1/LOC": None, "count/LOC": 10}
    theirs = {"f1": 0.25, "count": 30, "f1/PER": 0.25, "count/PER": 20}
    slices = SliceMetrics({"channel": "mail"}, {"f1": 1.0, "count": 3, "f1/PER": 1.0, "count/PER": 3}, None)
    shown = lines(verdict=verdict(SliceMetrics({}, ours, theirs), slices))
    assert shown[shown.index("metrics       f1      count") :] == [
        "metrics       f1      count",
        "all rows      0.5000  30",
        "  version 2   0.2500  30",
        "channel mail  1.0000  3",
        "",
        "labels       f1      count",
        "PER          0.7500  20",
        "  version 2  0.2500  20",
        "LOC          -       10",
        "  version 2  -       -",
    ]


def test_intervals_stand_beneath_all_rows() -> None:
    everything = SliceMetrics({}, {"accuracy": 0.9, "f1": 0.8}, None, candidate_intervals={"accuracy": (0.85, 0.95)})
    short = SliceMetrics({"length": "0-50"}, {"accuracy": 0.7}, None, candidate_intervals={"accuracy": (0.6, 0.8)})
    found = [" ".join(line.split()) for line in lines(verdict=verdict(everything, short))]
    assert found[found.index("metrics accuracy f1") :] == [
        "metrics accuracy f1",
        "all rows 0.9000 0.8000",
        "from 0.8500",
        "to 0.9500",
        "length 0-50 0.7000 -",
    ]


def test_how_the_model_did_in_a_server() -> None:
    checks = (Check("load", True, "a server loads it"), Check("latency", False, "too slow"))
    validation = Validation(checks=checks, latencies=(Latency("0-50", 100, 1.04, 2.0, 300.0),))
    found = [" ".join(line.split()) for line in lines(validation=validation)]
    assert found[found.index("as a served model result why") :] == [
        "as a served model result why",
        "load held a server loads it",
        "latency failed too slow",
        "",
        "one text of characters requests p50 ms p95 ms p99 ms",
        "0-50 100 1.0 2.0 300.0",
    ]
    assert "all skipped it was refused before" in [
        " ".join(line.split()) for line in lines(validation=Validation(skipped="it was refused before"))
    ]
