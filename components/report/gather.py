"""Reads from the artifacts of a run what its report shows."""

import datetime

from components.evaluator.row_summary import read_row_summary
from components.evaluator.verdict import read_verdict
from components.promoter.outcome import read_promotion
from components.report.data_facts import data_facts
from components.report.finished import Finished
from components.report.learning_curves import training_facts
from components.report.lineage import lineage
from components.report.metric_facts import metric_facts
from components.report.outcome import outcome
from components.report.report import Report, RowFacts, RunFacts
from components.report.row_facts import row_facts
from components.report.this_machine import library_versions, machine_parts
from components.serving_validator.validation import read_validation
from models.config import TrainingConfig


def gather(finished: Finished, page_folder: str) -> Report:
    """Reads everything.

    Args:
        finished: The run.
        page_folder: The folder of the page, from which links lead.
    """
    verdict, promotion = read_verdict(finished.uri("evaluation")), read_promotion(finished.uri("promotion"))
    evaluation = finished.config["evaluation"]
    data = data_facts(finished)
    return Report(
        outcome=outcome(promotion, verdict),
        run=_run(finished),
        metrics=metric_facts(
            verdict, finished.task.evaluation().metrics, evaluation["split"], evaluation["confidence"]
        ),
        rows=_rows(finished),
        serving=read_validation(finished.uri("validation")),
        training=training_facts(
            finished.uri("model_run"),
            finished.task.chosen_monitor(),
            TrainingConfig.model_validate(finished.config["training"]).keep_epoch,
        ),
        data=data,
        lineage=lineage((source.file for source in data.sources), finished.inputs, promotion, page_folder),
    )


def _run(finished: Finished) -> RunFacts:
    return RunFacts(
        name=finished.config["name"],
        run=finished.run,
        written_at=datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        task=finished.config["task"],
        config=finished.config,
        code=finished.code,
        versions=library_versions(),
        machine=machine_parts(),
    )


def _rows(finished: Finished) -> RowFacts | None:
    summary = read_row_summary(finished.uri("evaluation"))
    return row_facts(summary, finished.shows_texts()) if summary and summary.num_rows else None
