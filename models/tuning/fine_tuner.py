"""keras-tuner's tuner whose trials are trainings as the Trainer runs them, not Keras' plain `fit`."""

import concurrent.futures
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from keras_tuner.engine.base_tuner import BaseTuner
from keras_tuner.errors import FailedTrialError, FatalError
from typing_extensions import override

from models.tasks.interface.evaluation import Monitor
from models.training.progress import tell
from models.tuning.journal import Journal
from models.tuning.trial_job import TrialJob
from models.tuning.trial_lines import trial_line
from models.tuning.trial_process import start_trial, stop_trial
from models.tuning.trial_record import TrialRecord, best_trial

BuildJob = Callable[[int, dict[str, Any]], TrialJob]
"""From a trial's number and values to what it does."""


class FineTuner(BaseTuner):
    """Runs the trials that an oracle chooses, in this process or in several at a time."""

    def __init__(
        self,
        oracle: Any,
        journal: Journal,
        build_job: BuildJob,
        places: Sequence[Mapping[str, str]],
        working_folder: str,
    ) -> None:
        """Makes ready; nothing runs yet.

        Args:
            oracle: As `build_oracle` makes it.
            journal: What is known of trials.
            build_job: Makes a trial's job.
            places: Where trials run, as `trial_places` gives them.
            working_folder: For keras-tuner's own files, which nobody reads again.
        """
        super().__init__(oracle, directory=working_folder, project_name="keras_tuner", overwrite=True)
        self._journal, self._build_job, self._places = journal, build_job, places
        self._monitor = Monitor(oracle.objective.name.removeprefix("val_"), oracle.objective.direction)
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self._is_stopped = threading.Event()
        self._ended: list[TrialRecord] = []

    def records(self) -> list[TrialRecord]:
        """What came of the search's trials, by their numbers."""
        return sorted(self._ended, key=lambda record: record.number)

    def best(self) -> TrialRecord | None:
        """The best trial; None where none has a value."""
        return best_trial(self.records(), self._monitor)

    @override
    def get_best_hyperparameters(self, num_trials: int = 1) -> list[Any]:
        best = self.best()
        others = super().get_best_hyperparameters(num_trials)
        first = [
            trial.hyperparameters for trial in self.oracle.trials.values() if best and _number(trial) == best.number
        ]
        return [*first, *(each for each in others if each not in first)][:num_trials]

    @override
    def search(self, *fit_args: Any, **fit_kwargs: Any) -> None:
        if len(self._places) == 1:
            super().search(place=None)
            return
        with concurrent.futures.ThreadPoolExecutor(len(self._places)) as pool:
            running = [pool.submit(self._work, number) for number in range(len(self._places))]
            try:
                for future in concurrent.futures.as_completed(running):
                    future.result()
            except BaseException:
                self._stop_processes()
                raise

    @override
    def run_trial(self, trial: Any, place: Mapping[str, str] | None = None) -> dict[str, float]:
        number = _number(trial)
        record = self._journal.record_of(number)
        if record is None:
            try:
                record = self._run(number, place)
            except Exception as error:
                # keras-tuner would take any other for a fault of these settings, and go on.
                raise FatalError(f"trial {number} broke off") from error
        self._ended.append(record)
        tell(trial_line(record, self.oracle.max_trials, self._monitor, self.best()))
        if record.value is None:
            raise FailedTrialError(record.reason)
        return {self.oracle.objective.name: record.value}

    def _work(self, number: int) -> None:
        """What keras-tuner's `search` does, for one of several places."""
        while not self._is_stopped.is_set():
            trial = self.oracle.create_trial(f"place{number}")
            if trial.status == "STOPPED":
                return
            self._try_run_and_update_trial(trial, place=self._places[number])
            self.on_trial_end(trial)

    def _run(self, number: int, place: Mapping[str, str] | None) -> TrialRecord:
        values = self._journal.known_values(number)
        assert values is not None  # noqa: S101 (the oracle has just written them)
        job = self._build_job(number, values)
        if place is None:
            return job.run()
        process = self._processes[number] = start_trial(job, place)
        if self._is_stopped.is_set():
            stop_trial(process)
        code = process.wait()
        record = self._journal.record_of(number)
        if code or record is None:
            raise RuntimeError(f"the process of trial {number} ended with exit code {code}")
        return record

    def _stop_processes(self) -> None:
        self._is_stopped.set()
        for process in self._processes.values():
            if process.poll() is None:
                stop_trial(process)


def _number(trial: Any) -> int:
    return int(trial.trial_id) + 1
