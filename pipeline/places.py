"""Where a run reads and writes: what differs between one machine and Kubeflow, in one object."""

import dataclasses
import pathlib

from pipeline.config import PipelineConfig

LOCAL_BEAM_ARGUMENTS = (
    # Beam's plain DirectRunner looks for a runner to download first; this one is in the package.
    "--runner=apache_beam.runners.portability.fn_api_runner.fn_runner.FnApiRunner",
    "--direct_num_workers=1",
)


@dataclasses.dataclass(frozen=True)
class Places:
    """Where artifacts go and what Beam runs on.

    Attributes:
        pipeline_root: Folder or URI under which TFX writes artifacts.
        failed_rejects: Folder or URI that keeps the rejects of a run which they stopped.
        metadata_path: SQLite file of ML Metadata; None where the orchestrator keeps it.
        beam_arguments: Pipeline options for every Beam component.
    """

    pipeline_root: str
    failed_rejects: str
    metadata_path: str | None
    beam_arguments: tuple[str, ...] = LOCAL_BEAM_ARGUMENTS


def local_places(config: PipelineConfig) -> Places:
    """The places of runs on this machine, under the config's `runs_directory`."""
    folder = pathlib.Path(config.runs_directory) / config.name
    return Places(
        pipeline_root=str(folder / "artifacts"),
        failed_rejects=str(folder / "rejects"),
        metadata_path=str(folder / "metadata.sqlite"),
    )
