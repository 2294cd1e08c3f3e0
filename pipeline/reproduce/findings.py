"""What a run found, as far as its results are still there."""

import dataclasses
import json
import pathlib
from collections.abc import Mapping
from typing import Any

from components.evaluator.verdict import Verdict
from models.export.expected_answers import ExpectedAnswer, read_expected_answers
from pipeline.runs.details import run_details
from pipeline.runs.record import RunRecord

_COUNTS = ("rows", "accepted", "examples", "rejected")


@dataclasses.dataclass(frozen=True)
class Findings:
    """What a run found; None for what was removed since.

    Attributes:
        rows: Rows that were read and rejected, examples by split, and rejects by reason.
        labels: The label vocabulary, with rows of the train split.
        verdict: The Evaluator's.
        metrics: The candidate's metrics over all rows, from the verdict or the record.
        model: The folder of the trained SavedModel.
        answers: What the trained network answered to rows of eval.
    """

    rows: Mapping[str, Any] | None
    labels: tuple[Mapping[str, Any], ...] | None
    verdict: Verdict | None
    metrics: Mapping[str, float | None]
    model: pathlib.Path | None
    answers: tuple[ExpectedAnswer, ...] | None

    @classmethod
    def of(cls, record: RunRecord) -> "Findings":
        """Reads the results of a run."""
        details = run_details(record)
        labels = _output(record, "TextExampleGen", "label_vocabulary", "labels.json")
        model = _output(record, "Trainer", "model", "Format-Serving")
        answers = _output(record, "Trainer", "predictions", "predictions.jsonl")
        verdict = details.verdict
        recorded = record.outcome.metrics if record.outcome else {}
        return cls(
            rows=_counts(details.ingest) if details.ingest else None,
            labels=tuple(json.loads(labels.read_text(encoding="utf-8"))) if labels else None,
            verdict=verdict,
            metrics=verdict.overall() if verdict and verdict.metrics else recorded,
            model=model,
            answers=tuple(read_expected_answers(str(answers.parent))) if answers else None,
        )


def _counts(ingest: Mapping[str, Any]) -> dict[str, Any]:
    reasons = {reason["reason"]: reason["rows"] for reason in ingest["reasons"]}
    return {**{name: ingest[name] for name in _COUNTS if name in ingest}, "reasons": reasons}


def _output(record: RunRecord, component: str, name: str, file: str) -> pathlib.Path | None:
    result = record.components.get(component)
    path = pathlib.Path(result.outputs[name]) / file if result and name in result.outputs else None
    return path if path and path.exists() else None
