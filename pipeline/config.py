"""The config of a pipeline: one frozen object for one YAML file."""

import glob
import pathlib
from typing import Any, Self

import pydantic

from components.evaluator.config import EvaluationConfig, fault_of_thresholds
from components.report.config import ReportConfig
from components.text_example_gen.config import SPLITS, DataConfig
from models.config import ModelConfig, Section, TrainingConfig
from models.presets import BUNDLED
from models.tasks.interface.chosen_task import ChosenTask
from models.tasks.interface.registry import task_class
from models.training.loss_settings import fault_of_loss_settings
from models.tuning.config import TuningConfig
from models.tuning.trial_settings import fault_of_space
from models.user_error import UserError
from pipeline.beam.config import BeamConfig, BeamSection
from pipeline.kubeflow.config import KubeflowConfig
from pipeline.monitoring.config import MonitoringConfig
from pipeline.notifications.config import NotificationsConfig
from serving.config import ServingConfig


class PipelineConfig(Section):
    """Everything that `bertline run` needs to know. Relative paths are relative to the config file."""

    name: str = pydantic.Field(
        pattern=r"^[a-z0-9][a-z0-9_-]*$", description="The pipeline's name, and the served model's."
    )
    task: str = pydantic.Field(description="What is predicted: a task of `models/tasks`, or `package.module:Class`.")
    task_options: dict[str, Any] = pydantic.Field(
        default={}, description="Options of the task; which there are, docs/tasks.md says."
    )
    data: DataConfig
    model: ModelConfig = ModelConfig()
    training: TrainingConfig = TrainingConfig()
    evaluation: EvaluationConfig = EvaluationConfig()
    serving: ServingConfig = ServingConfig()
    report: ReportConfig = ReportConfig()
    redact: bool = pydantic.Field(
        default=False,
        description="Whether texts and values of the data stay out of reports, rejects, messages, logs and the "
        "promoted model: rejected rows are named by file and line, with a hash in place of the row. What it covers and "
        "what not: docs/security.md.",
    )
    tuning: TuningConfig = TuningConfig()
    notifications: NotificationsConfig = NotificationsConfig()
    monitoring: MonitoringConfig = MonitoringConfig()
    beam: BeamSection = pydantic.Field(default=BeamConfig(), description="What Beam runs on: a profile or a section.")
    kubeflow: KubeflowConfig = KubeflowConfig()
    schema_file: str | None = pydantic.Field(
        default=None,
        description="A curated schema, as `bertline schema` writes it; without one, each run infers its own.",
    )
    runs_directory: str = pydantic.Field(
        default="runs", description="Where runs keep their artifacts, metadata and logs."
    )
    component_timeout_minutes: float | None = pydantic.Field(
        default=None,
        gt=0,
        description="How long any component of `bertline run` may take, before the run is ended as failed, with the "
        "stacks of all threads in its log; no limit by default. Kubeflow has a `timeout` for each task instead.",
    )

    @pydantic.field_validator("task")
    @classmethod
    def _task_exists(cls, name: str) -> str:
        task_class(name)
        return name

    @pydantic.model_validator(mode="after")
    def _names_are_the_tasks(self) -> Self:
        task = self.chosen_task().build()
        known = [column.name for column in task.used_columns()]
        unknown = sorted(set(self.data.columns) - set(known))
        if unknown:
            raise ValueError(
                f"data.columns: {', '.join(unknown)}: not a column of {self.task}, which has {', '.join(known)}; "
                "list other columns to keep under data.extra_columns"
            )
        fault = task.fault_of_sequence_length(self.model.sequence_length)
        if fault:
            raise ValueError(f"task_options.{fault}")
        fault = fault_of_thresholds(self.evaluation, task)
        if fault:
            raise ValueError(f"evaluation.thresholds: {fault}")
        if self.data.label_changes != "follow" and not task.min_labels:
            raise ValueError(f"data.label_changes: {self.task} has no labels that could change; leave it out")
        fault = fault_of_loss_settings(self.training, task)
        if fault:
            raise ValueError(f"training.{fault}")
        fault = fault_of_space(self.tuning.space, self.model, self.training, task)
        if fault:
            raise ValueError(f"tuning.space.{fault}")
        return self

    @pydantic.model_validator(mode="after")
    def _models_are_judged_on_a_split_of_the_data(self) -> Self:
        split, splits = self.evaluation.split, self.data.requested_splits()
        if split not in splits:
            way_out = f"choose one of these under evaluation.split{self._way_to_split(split)}"
            raise ValueError(f"evaluation.split: data has no split {split!r}, only {', '.join(splits)}; {way_out}")
        return self

    @pydantic.model_validator(mode="after")
    def _redacted_requests_are_not_logged(self) -> Self:
        if self.redact and self.monitoring.prediction_log:
            raise ValueError(
                "monitoring.prediction_log: a prediction log holds what people ask, which `redact: true` leaves out; "
                "leave one of them out"
            )
        return self

    def _way_to_split(self, split: str) -> str:
        if split not in SPLITS:
            return ""
        return f", or give {split} a share under data.split" if self.data.path else f", or its files as data.{split}"

    @property
    def keeps_texts(self) -> bool:
        """Whether texts of the data may be kept for the report."""
        return self.report.texts and not self.redact

    def chosen_task(self) -> ChosenTask:
        """The task with its options and the texts that it reads."""
        return ChosenTask.of(self.task, self.task_options, self.data.columns)

    def curated_schema(self) -> str:
        """The text of the curated schema; empty where there is none.

        Raises:
            UserError: The file cannot be read, or is blank.
        """
        if self.schema_file is None:
            return ""
        try:
            text = pathlib.Path(self.schema_file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"schema_file {self.schema_file} cannot be read: {error}") from error
        if not text.strip():
            raise UserError(
                f"schema_file {self.schema_file} is blank; `bertline schema` writes one, and without the field "
                "each run infers its own"
            )
        return text

    def relative_to(self, folder: pathlib.Path, config_folder: pathlib.Path | None = None) -> "PipelineConfig":
        """A copy whose local paths are absolute.

        Args:
            folder: From where relative paths are taken.
            config_folder: The config file's folder, where it is another: a `model.preset` without a slash is a path
                where a preset is there by this name, in either.
        """
        # They are patterns; the folder's own name is none.
        escaped = pathlib.Path(glob.escape(str(folder.resolve())))
        data = {name: _absolute(getattr(self.data, name), escaped) for name in ("train", "eval", "test", "path")}
        preset = _preset_location(self.model.preset, folder, config_folder)
        space = self.tuning.space
        presets = space.preset and tuple(_preset_location(each, folder, config_folder) for each in space.preset)
        space = space.model_copy(update={"preset": presets})
        scratch = self.model.scratch
        if scratch:
            scratch = scratch.model_copy(update={"vocabulary": _absolute(scratch.vocabulary, folder)})
        log = _absolute(self.monitoring.prediction_log, folder)
        return self.model_copy(
            update={
                "monitoring": self.monitoring.model_copy(update={"prediction_log": log}),
                "data": self.data.model_copy(update=data),
                "model": self.model.model_copy(update={"preset": preset, "scratch": scratch}),
                "serving": self.serving.model_copy(update={"directory": _absolute(self.serving.directory, folder)}),
                "tuning": self.tuning.model_copy(update={"space": space}),
                "schema_file": _absolute(self.schema_file, folder),
                "runs_directory": _absolute(self.runs_directory, folder),
            }
        )


def _preset_location(preset: str, folder: pathlib.Path, config_folder: pathlib.Path | None) -> str:
    """A preset's absolute path where it is a local folder, or else its name."""
    if "://" not in preset and ("/" in preset or preset == "." or _is_preset_in(preset, folder, config_folder)):
        return str((folder / preset).resolve())
    return preset


def _is_preset_in(name: str, *folders: pathlib.Path | None) -> bool:
    is_taken = name in (*BUNDLED, "scratch")
    return not is_taken and any(folder and (folder / name / "config.json").is_file() for folder in folders)


def _absolute(path: str | None, folder: pathlib.Path) -> str | None:
    """Joins a local path to a folder; None and URIs (`gs://…`) stay as they are."""
    if path is None or "://" in path:
        return path
    return str(folder.resolve() / path)
