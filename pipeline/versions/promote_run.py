"""Promotion of a run's model by a person."""

import dataclasses
import pathlib

from components.evaluator.verdict import read_verdict
from models.user_error import UserError
from pipeline.runs.record import RunRecord
from serving.promotion import (
    JudgedAgainst,
    ModelVersions,
    PromotedVersion,
    StaleBaselineError,
    WithdrawnModelError,
)
from serving.version_record import VersionOrigin


@dataclasses.dataclass(frozen=True)
class Decision:
    """What a person wants.

    Attributes:
        promoted_by: The person.
        reason: Why; may be empty where nothing speaks against it.
        force: Whether the model is promoted though it was refused, judged against another version, or withdrawn.
    """

    promoted_by: str
    reason: str = ""
    force: bool = False


def promote_run(record: RunRecord, store: ModelVersions, keep_versions: int, decision: Decision) -> PromotedVersion:
    """Puts the model of a run into service.

    Args:
        record: The run.
        store: The served versions.
        keep_versions: How many of them stay.
        decision: Who promotes it and why.

    Raises:
        UserError: The run has no model, or there is a reason against it and no force.
    """
    way_out = "`--force --reason TEXT` promotes it all the same"
    model = _model(record)
    evaluation = record.components.get("Evaluator")
    verdict = read_verdict(evaluation.outputs["evaluation"]) if evaluation and evaluation.outputs else None
    if not decision.force and (verdict is None or not verdict.blessed):
        why = verdict.reason if verdict else "it was not judged"
        raise UserError(f"run {record.run} made a model that was refused: {why} {way_out}")
    judged_against = None if decision.force or verdict is None else JudgedAgainst(verdict.baseline.version)
    said = decision.reason or (verdict.reason if verdict else "")
    origin = VersionOrigin(
        promoted_by=decision.promoted_by,
        run=record.run,
        model=str(model),
        reason=f"forced: {said}" if decision.force else said,
        metrics=verdict.overall() if verdict and verdict.metrics else {},
    )
    try:
        return store.promote(model, origin, keep_versions, judged_against)
    except (StaleBaselineError, WithdrawnModelError) as error:
        raise UserError(f"{error}; {way_out}") from error


def _model(record: RunRecord) -> pathlib.Path:
    # Validated ones carry warm-up requests.
    for component, output in (("ServingValidator", "validated_model"), ("Trainer", "model")):
        result = record.components.get(component)
        if result and output in result.outputs:
            folder = pathlib.Path(result.outputs[output]) / "Format-Serving"
            if (folder / "saved_model.pb").is_file():
                return folder
    raise UserError(f"run {record.run} has no model, or not any more; `bertline runs` lists the runs")
