"""Finds the earlier run whose results are good for a new one."""

import os
from collections.abc import Mapping

from models.user_error import UserError
from pipeline.component_names import COMPONENTS
from pipeline.runs.history import RunHistory
from pipeline.runs.part import RunPart
from pipeline.runs.record import ComponentRecord, RunRecord


def equal_run(history: RunHistory, inputs: str, in_service: str) -> RunRecord | None:
    """The newest whole run after which nothing has changed.

    Args:
        history: The pipeline's runs.
        inputs: What a run would read now.
        in_service: What is in service now.
    """
    for record in history.records():
        if (record.inputs, record.in_service) == (inputs, in_service) and _are_there(record.components):
            return record
    return None


def base_run(history: RunHistory, part: RunPart) -> tuple[RunRecord, dict[str, ComponentRecord]] | None:
    """The newest run whose results can stand for the components before a part, and these results.

    Returns:
        None where nothing comes before the part.

    Raises:
        UserError: There is no such run.
    """
    if part.first is None:
        return None
    chosen = part.components(COMPONENTS)
    before = [name for name in COMPONENTS[: COMPONENTS.index(part.first)] if name not in chosen]
    if not before:
        return None
    for record in history.records():
        taken = {name: record.components[name] for name in before if name in record.components}
        if len(taken) == len(before) and all(result.outputs for result in taken.values()) and _are_there(taken):
            return record, {name: ComponentRecord("reused", outputs=result.outputs) for name, result in taken.items()}
    raise UserError(
        f"--from {part.first}: no earlier run whose results are still there came past {before[-1]}; run without --from"
    )


def _are_there(components: Mapping[str, ComponentRecord]) -> bool:
    return all(os.path.exists(uri) for component in components.values() for uri in component.outputs.values())
