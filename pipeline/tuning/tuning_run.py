"""A run of the line whose Trainer is a Tuner."""

import pathlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from typing_extensions import override

from models.user_error import UserError
from pipeline.config import PipelineConfig
from pipeline.places import runs_folder
from pipeline.runs.line_run import LineRun
from pipeline.runs.part import RunPart

if TYPE_CHECKING:
    from tfx.orchestration.pipeline import Pipeline

    from models.tuning.tuner_settings import Tokenisation

TUNER = "Tuner"
"""The component's name in records of runs."""

_BEFORE = "Transform"


class _UpToTuner(RunPart):
    """What comes before the Trainer, and Tuner in its place."""

    @override
    def components(self, components: Sequence[str]) -> list[str]:
        return [*components[: components.index(_BEFORE) + 1], TUNER]


class TuningRun(LineRun):
    """Everything up to Transform as any run does it, and then the trials."""

    def __init__(self, config: PipelineConfig, tokenisations: "tuple[Tokenisation, ...]" = ()) -> None:
        """Reads what the run would read.

        Args:
            config: What to run.
            tokenisations: What runs of other presets and lengths left, for trials that need them.
        """
        super().__init__(config, _UpToTuner(last=TUNER))
        self._tokenisations = tokenisations

    @override
    def check(self) -> None:
        changes = self._config.data.label_changes
        if changes in ("extend", "ignore"):
            raise UserError(
                f"data.label_changes: {changes} keeps labels that only the model in service knows, and trials know "
                "those of the data alone; tune with a copy of the config that leaves it out"
            )
        super().check()

    @override
    def _pipeline(self) -> "Pipeline":
        from pipeline.tuning.tuning_pipeline import create_tuning_pipeline

        return create_tuning_pipeline(self._config, searches_folder(self._config), self._tokenisations)


def searches_folder(config: PipelineConfig) -> pathlib.Path:
    """Where searches keep their trials, one folder each, beside the history of runs."""
    return runs_folder(config) / "tuning"
