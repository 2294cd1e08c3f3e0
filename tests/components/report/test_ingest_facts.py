"""What became of the rows of the files."""

import pytest

from components.data_gate.found_anomaly import FoundAnomaly
from components.report.ingest_facts import anomaly_facts, reject_reasons, source_facts
from components.report.report import SourceFacts
from components.text_example_gen.ingest_summary import FileSummary, IngestSummary, ReasonSummary


@pytest.fixture
def summary() -> IngestSummary:
    reason = ReasonSummary(
        reason="unknown label", rows=3, first_file="a.csv", first_line=7, first_reason="unknown label: 'secret'"
    )
    files = FileSummary(
        file="a.csv", split="train", rows=10, accepted={"train": 6}, examples={"train": 6}, rejects={"x": 1, "y": 3}
    )
    return IngestSummary(
        rows=10, accepted={"train": 6}, examples={"train": 6}, rejected=4, reasons=(reason,), files=(files,), damaged=()
    )


def test_files(summary: IngestSummary) -> None:
    assert source_facts(summary) == (SourceFacts("a.csv", 10, {"train": 6}, 4),)


def test_values_of_the_data_are_quoted_only_where_texts_may_be_shown(summary: IngestSummary) -> None:
    anomaly = FoundAnomaly("eval", "label", "Unexpected values", "secret")
    (shown,), (hidden,) = (reject_reasons(summary, with_texts) for with_texts in (True, False))
    assert (shown.reason, shown.rows, shown.place, shown.example) == (
        "unknown label", 3, "a.csv:7", "unknown label: 'secret'",
    )  # fmt: skip
    assert "secret" not in repr((hidden, *anomaly_facts([anomaly], with_texts=False)))
    assert anomaly_facts([anomaly], with_texts=True)[0].details == "secret"
