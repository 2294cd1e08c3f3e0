"""One run of the line on this machine, from the check whether there is anything to do to its outcome."""

import contextlib
import datetime
import logging
import os
import pathlib
from typing import TYPE_CHECKING

from components.evaluator.verdict import read_verdict
from components.promoter.outcome import read_promotion
from components.text_example_gen.fingerprint import hashed_files
from components.text_example_gen.source_file import with_chosen_span
from models.presets import check_preset
from models.tasks.interface.registry import task_class
from pipeline.beam.check import check_on_this_machine
from pipeline.caching.component_key import ComponentCode, component_key
from pipeline.caching.file_hashes import FileHashes
from pipeline.caching.run_fingerprint import model_in_service, preset_fingerprint, run_fingerprint, task_modules
from pipeline.component_failed import ComponentFailedError
from pipeline.component_names import COMPONENTS
from pipeline.config import PipelineConfig
from pipeline.log_file import log_file
from pipeline.notifications.notify import message_of, notify
from pipeline.places import local_places, runs_folder
from pipeline.runs.earlier_runs import base_run, equal_run
from pipeline.runs.history import RunHistory
from pipeline.runs.interruption import InterruptedRunError, stopped_by_signals
from pipeline.runs.lock import run_lock
from pipeline.runs.metadata_check import check_metadata
from pipeline.runs.part import RunPart
from pipeline.runs.provenance_of import provenance_of
from pipeline.runs.record import RunOutcome, RunRecord
from pipeline.runs.recorder import RunRecorder, RunView
from pipeline.runs.time_limit import TimeLimit
from pipeline.writable_folder import check_serving_folder

if TYPE_CHECKING:
    from tfx.orchestration.pipeline import Pipeline

_LOGGER = logging.getLogger(__name__)


class LineRun:
    """A run that is about to begin.

    Attributes:
        untold: Why notifications could not be sent, in words.
    """

    def __init__(self, config: PipelineConfig, part: RunPart) -> None:
        """Reads what the run would read: data, code, preset.

        Args:
            config: What to run.
            part: Which components.

        Raises:
            UserError: A file that the config names is not there.
        """
        # A span that arrives during the run is the next one's.
        self._config = config.model_copy(update={"data": with_chosen_span(config.data)})
        self._part = part
        self._folder = runs_folder(config)
        self._history = RunHistory(self._folder)
        self._hashes = FileHashes(self._folder / "file_hashes.json")
        self._data_files = hashed_files(self._config.data, self._hashes.of)
        self._inputs = run_fingerprint(self._config, self._hashes, self._data_files)
        self.untold: list[str] = []

    def equal_run(self) -> RunRecord | None:
        """An earlier run after which nothing has changed, so that this one has nothing to do."""
        if not self._part.is_everything or self._part.forced:
            return None
        record = equal_run(self._history, self._inputs, model_in_service(self._config))
        if record:
            self._hashes.save()
        return record

    def check(self) -> None:
        """Finds what would stop the run late.

        Raises:
            UserError: The preset, Beam's profile or the folder of served versions cannot be used, or there is no
                earlier run to start from.
        """
        check_on_this_machine(self._config.beam)
        with log_file(pathlib.Path(os.devnull)):
            needs_word_pieces = task_class(self._config.task).needs_word_pieces
            check_preset(self._config.model.source, self._config.model.sequence_length, needs_word_pieces)
        base_run(self._history, self._part)
        if "Promoter" in self._part.components(COMPONENTS):
            check_serving_folder(self._config.serving, self._config.name)

    def execute(self, log: pathlib.Path, view: RunView) -> RunRecord:
        """Runs the components.

        Args:
            log: The run's log file.
            view: Shows what happens.

        Raises:
            UserError: Another run is going on, or the data or config is at fault.
            ComponentFailedError: A component failed otherwise.
            InterruptedRunError: Somebody stopped the run.
        """
        with run_lock(self._folder), stopped_by_signals():
            check_metadata(self._folder)
            self._hashes.save()
            self._history.settle()
            limit = TimeLimit(
                view, self._config.component_timeout_minutes, log, lambda fault: self._give_up(recorder, view, fault)
            )
            recorder = self._recorder(log, limit)
            try:
                self._run_components(recorder)
            except BaseException as error:
                late = limit.fault()
                if late is None and isinstance(error, KeyboardInterrupt):
                    recorder.end(state="interrupted")
                    raise InterruptedRunError("stopped; the same command goes on from there") from None
                self._fail(recorder, late or error)
                if late is not None:
                    raise late from error
                raise
            self._tell(recorder.record)
            return recorder.record

    def _give_up(self, recorder: RunRecorder, view: RunView, fault: ComponentFailedError) -> None:
        """The last that the process does."""
        self._fail(recorder, fault)
        view.give_up(fault)

    def _fail(self, recorder: RunRecorder, error: BaseException) -> None:
        # A full disk takes no record either; people are told all the same.
        with contextlib.suppress(OSError):
            recorder.end(state="failed", error=str(error) or type(error).__name__)
        self._tell(recorder.record)

    def _tell(self, record: RunRecord) -> None:
        message = message_of(self._config.name, record)
        if message:
            self.untold += notify(self._config.notifications, message)
        for fault in self.untold:
            _LOGGER.warning("nobody was told: %s", fault)

    def _recorder(self, log: pathlib.Path, view: RunView) -> RunRecorder:
        base = base_run(self._history, self._part)
        record = RunRecord(
            run=log.stem,
            started_at=datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
            log=str(log),
            part=self._part.describe(),
            base=base[0].run if base else None,
            components=base[1] if base else {},
            provenance=provenance_of(self._config, self._data_files, self._hashes),
        )
        return RunRecorder(self._history, record, view)

    def _run_components(self, recorder: RunRecorder) -> None:
        from pipeline.local_runner import LocalRun, LocalRunner

        preset = preset_fingerprint(self._config.model.source, self._hashes)
        modules = task_modules(self._config.task)
        run = LocalRun(
            name=recorder.record.run,
            cache_key=lambda classes, properties: component_key(ComponentCode.of(classes, properties), modules, preset),
            part=self._part,
            base=recorder.record.base,
        )
        LocalRunner(recorder, run).run(self._pipeline())
        recorder.end(
            state="done",
            outcome=_outcome(recorder.record),
            inputs=self._inputs if self._part.is_everything else None,
            in_service=model_in_service(self._config),
        )

    def _pipeline(self) -> "Pipeline":
        """The DAG; imported only where there is something to do."""
        from pipeline.dag import create_pipeline

        return create_pipeline(self._config, local_places(self._config))


def _outcome(record: RunRecord) -> RunOutcome | None:
    if "Promoter" not in record.components:
        return None
    promotion = read_promotion(record.components["Promoter"].outputs["promotion"])
    verdict = read_verdict(record.components["Evaluator"].outputs["evaluation"])
    return RunOutcome(
        promoted=promotion.promoted,
        version=promotion.version,
        path=promotion.path,
        reason=promotion.reason,
        verdict=verdict.reason,
        metrics=verdict.overall() if verdict.metrics else {},
    )
