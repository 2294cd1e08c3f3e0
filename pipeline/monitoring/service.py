"""The version in service, and the run that it came of."""

import dataclasses
import pathlib

from models.user_error import UserError
from pipeline.config import PipelineConfig
from pipeline.places import runs_folder
from pipeline.runs.history import RunHistory
from pipeline.runs.record import RunRecord
from pipeline.versions.version_in_service import version_in_service
from serving.open_versions import open_versions


@dataclasses.dataclass(frozen=True)
class Service:
    """The version in service.

    Attributes:
        version: Its number.
        same: All versions that hold this model: after a rollback there are several.
        fingerprint: Equal for equal models.
        folder: Its SavedModel on this machine.
        run: The run whose examples it is compared with.
        examples: That run's Examples.
        statistics: TFDV's statistics of these; None where they are gone.
    """

    version: int
    same: tuple[int, ...]
    fingerprint: str
    folder: pathlib.Path
    run: str
    examples: str
    statistics: str | None


def service_of(config: PipelineConfig, path: pathlib.Path) -> Service:
    """Looks it up.

    Args:
        config: The pipeline.
        path: Its file, for messages.

    Raises:
        UserError: No version is in service, or the examples that it was made of are not here.
    """
    found = version_in_service(config, path)
    versions = open_versions(config.serving, config.name)
    record = versions.record(found.version)
    made_by = record.origin.run if record else ""
    fingerprint = versions.fingerprint(found.version)
    run = _run_with_examples(config, found.version, made_by)
    if run is None:
        raise UserError(_lacking(config, path, found.version, made_by))
    return Service(
        version=found.version,
        same=tuple(number for number in versions.numbers() if versions.fingerprint(number) == fingerprint),
        fingerprint=fingerprint,
        folder=found.folder,
        run=run.run,
        examples=run.components["TextExampleGen"].outputs["examples"],
        statistics=_output(run, "StatisticsGen", "statistics"),
    )


def _run_with_examples(config: PipelineConfig, version: int, made_by: str) -> RunRecord | None:
    """The run that made a version, or a later one that came to the same model, if its examples are still there."""
    for record in RunHistory(runs_folder(config)).records():
        came_to_it = record.outcome is not None and record.outcome.version == version
        if (record.run == made_by or came_to_it) and _output(record, "TextExampleGen", "examples"):
            return record
    return None


def _output(record: RunRecord, component: str, name: str) -> str | None:
    """The folder of an output that is still there."""
    result = record.components.get(component)
    folder = result.outputs.get(name) if result else None
    return folder if folder and any(pathlib.Path(folder).glob("Split-*")) else None


def _lacking(config: PipelineConfig, path: pathlib.Path, version: int, made_by: str) -> str:
    reason = f"the examples of the run {made_by}, which made it, are not in {runs_folder(config)}"
    if not made_by:
        reason = "somebody put it there by hand, and no run is known that made it"
    return (
        f"version {version} of {config.name} cannot be monitored: {reason}. Bring that folder back (`bertline clean` "
        "never removes it while the version is served), or put a version into service that is made here: `bertline "
        f"run {path} --force TextExampleGen`"
    )
