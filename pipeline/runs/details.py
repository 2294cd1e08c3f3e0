"""What the outputs of a run's components say, beside its record."""

import dataclasses
import json
import pathlib
from typing import Any

from components.evaluator.verdict import Verdict, read_verdict
from components.report.files import PAGE_FILE
from components.serving_validator.validation import Validation, read_validation
from pipeline.runs.record import RunRecord


@dataclasses.dataclass(frozen=True)
class RunDetails:
    """A run and what it found; None where it did not come so far, or the outputs were cleaned away.

    Attributes:
        record: The run.
        ingest: `summary.json` of TextExampleGen: rows, examples by split, rejects by reason, all by file.
        rejects: The file of the rejected rows.
        verdict: The Evaluator's.
        validation: What ServingValidator found.
        report: The page on the run.
    """

    record: RunRecord
    ingest: dict[str, Any] | None
    rejects: str | None
    verdict: Verdict | None
    validation: Validation | None
    report: str | None

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        return dataclasses.asdict(self)


def run_details(record: RunRecord) -> RunDetails:
    """Reads the outputs of a run that are there."""
    rejects = _output(record, "TextExampleGen", "rejects", "summary.json")
    evaluation = _output(record, "Evaluator", "evaluation", "verdict.json")
    validation = _output(record, "ServingValidator", "validation", "validation.json")
    return RunDetails(
        record=record,
        ingest=json.loads(rejects.read_text(encoding="utf-8")) if rejects else None,
        rejects=str(rejects.with_name("rejects.jsonl")) if rejects else None,
        verdict=read_verdict(str(evaluation.parent)) if evaluation else None,
        validation=read_validation(str(validation.parent)) if validation else None,
        report=report_page(record),
    )


def report_page(record: RunRecord) -> str | None:
    """The page on a run; None where there is none."""
    page = _output(record, "Report", "report", PAGE_FILE)
    return str(page) if page else None


def _output(record: RunRecord, component: str, name: str, file: str) -> pathlib.Path | None:
    """A file of a component's output, if it is there."""
    result = record.components.get(component)
    path = pathlib.Path(result.outputs[name]) / file if result and name in result.outputs else None
    return path if path and path.is_file() else None
