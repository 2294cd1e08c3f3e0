"""What came of a search."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from models.tasks.interface.evaluation import Monitor
from models.tuning.trial_record import TrialRecord, best_trial
from pipeline.config import PipelineConfig
from pipeline.runs.record import RunRecord
from pipeline.tuning.tuning_run import TUNER


@dataclasses.dataclass(frozen=True)
class Found:
    """What came of a search.

    Attributes:
        run: The name of the run.
        records: The trials, by their numbers.
        monitor: The metric that they were compared by.
        best: The best one.
    """

    run: str
    records: Sequence[TrialRecord]
    monitor: Monitor
    best: TrialRecord

    @classmethod
    def of_run(cls, config: PipelineConfig, run: RunRecord) -> "Found":
        """Reads what a run left.

        Args:
            config: The run's.
            run: Its record; it came to its end.
        """
        from components.tuner.trials_file import read_trials

        records = read_trials(run.components[TUNER].outputs["tuner_results"])
        monitor = config.chosen_task().build().chosen_monitor()
        best = best_trial(records, monitor)
        assert best is not None  # noqa: S101 (Tuner fails without one)
        return cls(run.run, records, monitor, best)

    @property
    def changes_nothing(self) -> bool:
        """Whether no trial was better than the config's own setting."""
        return self.best.number == 1

    def sentences(self, config: PipelineConfig) -> list[str]:
        """What a person should know of it."""
        own = next((record for record in self.records if record.number == 1), None)
        before = own and own.value
        if self.changes_nothing:
            found = (
                f"no trial was better than the config's own setting: eval {self.monitor.metric} {self.best.value:.4f}"
            )
        else:
            compared = "" if before is None else f", {before:.4f} with the config's own setting"
            found = f"best: trial {self.best.number}, eval {self.monitor.metric} {self.best.value:.4f}{compared}"
        return [found, _what_eval_was_used_for(config)]

    def to_json(self, block: str) -> dict[str, Any]:
        """As JSON values.

        Args:
            block: The settings as YAML.
        """
        return {
            "run": self.run,
            "metric": self.monitor.metric,
            "mode": self.monitor.mode,
            "split": "eval",
            "best": self.best.to_json(),
            "yaml": block,
            "trials": [record.to_json() for record in self.records],
        }


def _what_eval_was_used_for(config: PipelineConfig) -> str:
    chosen = "these settings were chosen by the eval split, so they look better on it than they are"
    if config.evaluation.split == "eval":
        return (
            f"{chosen}; evaluation.split is eval, too: judge runs on rows that chose nothing (evaluation.split: test)"
        )
    return f"{chosen}; {config.evaluation.split}, on which runs are judged, was not touched"
