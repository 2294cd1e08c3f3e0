"""Where a run reads and writes: what differs between one machine and Kubeflow, in one object."""

import dataclasses
import pathlib
from collections.abc import Mapping
from typing import Any

from models.user_error import UserError
from pipeline.beam.options import beam_arguments
from pipeline.config import PipelineConfig


@dataclasses.dataclass(frozen=True)
class Places:
    """Where artifacts go and what Beam runs on.

    Attributes:
        pipeline_root: Folder or URI under which TFX writes artifacts.
        failed_rejects: Folder or URI that keeps the rejects of a run which they stopped.
        checkpoints: Folder or URI of the checkpoints of trainings that are not finished.
        metadata_path: SQLite file of ML Metadata; None where the orchestrator keeps it.
        beam_arguments: Pipeline options for every Beam component.
        evaluator_beam_arguments: Further ones for Evaluator, which go before those.
        run_parameters: What an operator may set for a run (`RUN_PARAMETERS`), as values or TFX's RuntimeParameters, by
            config section and name; what is not there is as the config says.
    """

    pipeline_root: str
    failed_rejects: str
    checkpoints: str
    metadata_path: str | None
    beam_arguments: tuple[str, ...]
    evaluator_beam_arguments: tuple[str, ...] = ()
    run_parameters: Mapping[str, Mapping[str, Any]] = dataclasses.field(default_factory=dict)


def runs_folder(config: PipelineConfig) -> pathlib.Path:
    """What runs on this machine leave, but for served models.

    Raises:
        UserError: TFX would read the path as a pattern.
    """
    folder = pathlib.Path(config.runs_directory) / config.name
    if set(str(folder)) & set("*?["):
        raise UserError(f"runs_directory: TFX takes `*`, `?` and `[` in {folder} for a pattern; choose another folder")
    return folder


def local_places(config: PipelineConfig) -> Places:
    """The places of runs on this machine, under the config's `runs_directory`."""
    folder = runs_folder(config)
    return Places(
        pipeline_root=str(folder / "artifacts"),
        failed_rejects=str(folder / "rejects"),
        checkpoints=str(folder / "checkpoints"),
        metadata_path=str(folder / "metadata.sqlite"),
        beam_arguments=beam_arguments(config.beam, config.kubeflow.image),
    )
