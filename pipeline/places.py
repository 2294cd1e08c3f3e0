"""Where a run reads and writes: what differs between one machine and Kubeflow, in one object."""

import dataclasses
import pathlib

from models.user_error import UserError
from pipeline.config import PipelineConfig


def local_beam_arguments(image: str) -> tuple[str, ...]:
    """Beam's options for its local runner, in one process.

    Args:
        image: The image of remote workers, of which there are none here; without one, TFX packs an sdist of the project
            before each Beam component.
    """
    return (
        # Beam's plain DirectRunner looks for a runner to download first; this one is in the package.
        "--runner=apache_beam.runners.portability.fn_api_runner.fn_runner.FnApiRunner",
        "--direct_num_workers=1",
        f"--sdk_container_image={image}",
    )


@dataclasses.dataclass(frozen=True)
class Places:
    """Where artifacts go and what Beam runs on.

    Attributes:
        pipeline_root: Folder or URI under which TFX writes artifacts.
        failed_rejects: Folder or URI that keeps the rejects of a run which they stopped.
        checkpoints: Folder or URI of the checkpoints of trainings that are not finished.
        metadata_path: SQLite file of ML Metadata; None where the orchestrator keeps it.
        beam_arguments: Pipeline options for every Beam component.
    """

    pipeline_root: str
    failed_rejects: str
    checkpoints: str
    metadata_path: str | None
    beam_arguments: tuple[str, ...]


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
        beam_arguments=local_beam_arguments("none"),
    )
