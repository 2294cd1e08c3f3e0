"""Runs a recorded run again, in a folder of its own that shares nothing with the pipeline's."""

import pathlib

from components.current_model.record import CurrentModelRecord, read_current_model
from models.user_error import UserError
from pipeline.config import PipelineConfig
from pipeline.log_file import new_log_path
from pipeline.places import runs_folder
from pipeline.reproduce.recorded_run import RecordedRun
from pipeline.runs.line_run import LineRun
from pipeline.runs.part import RunPart
from pipeline.runs.record import RunRecord
from pipeline.runs.recorder import RunView
from serving.config import ServingConfig
from serving.link_folder import link_folder
from serving.open_versions import open_versions

LAST_COMPONENT = "Evaluator"
"""What comes after it measures this machine's speed and puts models into service."""


class SecondRun:
    """A second run of what was recorded.

    Attributes:
        without_baseline: Why the model is not judged against the version that the run was judged against; empty where
            it is, or there was none.
        log: The run's log file.
    """

    def __init__(self, run: RecordedRun, folder: pathlib.Path) -> None:
        """Prepares the folder: its runs, and the version that the run was judged against.

        Args:
            run: What to run again.
            folder: Where; it must be empty.

        Raises:
            UserError: What the run took from that version is not to be had any more.
        """
        self._config = _config_in(run.config, folder)
        self.without_baseline = _place_baseline(run, folder)
        taken = _taken_from_baseline(run.config)
        if self.without_baseline and taken:
            raise UserError(
                f"run {run.record.run} cannot be reproduced: by its {taken} it goes on from the model in service, and "
                f"{self.without_baseline}"
            )
        self.log = new_log_path(runs_folder(self._config) / "logs")

    def execute(self, view: RunView) -> RunRecord:
        """Runs the line up to its verdict.

        Args:
            view: Shows what happens.

        Raises:
            UserError: As `LineRun.execute`, likewise the others.
        """
        line = LineRun(self._config, RunPart(last=LAST_COMPONENT))
        line.check()
        return line.execute(self.log, view)


def _config_in(config: PipelineConfig, folder: pathlib.Path) -> PipelineConfig:
    """The config with its runs and served models in the folder; nothing else of it differs."""
    serving = ServingConfig(directory=str(folder / "serving"))
    return config.model_copy(update={"runs_directory": str(folder / "runs"), "serving": serving})


def _taken_from_baseline(config: PipelineConfig) -> str:
    """The settings by which a run takes more than a verdict from the model in service; empty where there are none."""
    found = {
        "training.start_from: current": config.training.start_from == "current",
        f"data.label_changes: {config.data.label_changes}": config.data.label_changes != "follow",
    }
    return " and ".join(setting for setting, is_set in found.items() if is_set)


def _place_baseline(run: RecordedRun, folder: pathlib.Path) -> str:
    """Puts the version that the run was judged against into the folder.

    Returns:
        Why it could not, in words.
    """
    before = _baseline(run.record)
    if before is None:
        return "what was in service then was removed with the run's results"
    if before.version is None:
        return ""
    store = open_versions(run.config.serving, run.config.name)
    if before.version not in store.numbers():
        return f"version {before.version}, in service then, is gone"
    if before.fingerprint and store.fingerprint(before.version) != before.fingerprint:
        return f"version {before.version} is another model than then"
    base = folder / "serving" / run.config.name
    base.mkdir(parents=True)
    link_folder(store.fetch(before.version, folder / "fetched"), base / str(before.version))
    return ""


def _baseline(record: RunRecord) -> CurrentModelRecord | None:
    try:
        return read_current_model(record.components["CurrentModel"].outputs["current_model"])
    except (KeyError, OSError):
        return None
