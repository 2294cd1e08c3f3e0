"""Looks at a window of a prediction log, and compares it with what the version in service was made of."""

import datetime
import pathlib
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from components.report.column_facts import value_counts
from components.report.report import LabelRows, NumberHistogram
from components.report.text_lengths import length_histogram
from components.text_schema_gen.split_statistics import read_split_statistics
from models.encoder_settings import EncoderSettings
from models.tasks.interface.task import Task
from models.tasks.interface.watched_answer import WatchedAnswer
from pipeline.config import PipelineConfig
from pipeline.monitoring.compare import Comparison, compare
from pipeline.monitoring.logged_requests import LoggedModel, LoggedRequests, logged_requests
from pipeline.monitoring.logged_row import LoggedRow
from pipeline.monitoring.piece_names import piece_names
from pipeline.monitoring.reference import reference_of
from pipeline.monitoring.report import Histograms, MonitorReport, UnsureRow
from pipeline.monitoring.row_facts import Reference, Served, TextFacts
from pipeline.monitoring.service import Service, service_of
from pipeline.monitoring.text_facts import text_facts
from pipeline.monitoring.tfdv_comparators import tfdv_distances
from pipeline.monitoring.window import Window

_TRAIN, _HELD_OUT, _SERVED = "train", "held-out answers", "served answers"
_NUM_UNSURE = 20
_MAX_TEXT = 300
_NUM_BINS = 20


def monitor(config: PipelineConfig, path: pathlib.Path, prefix: str, window: Window) -> MonitorReport:
    """Compares.

    Args:
        config: The pipeline.
        path: Its file, for messages.
        prefix: Folder and beginning of the names of the log's files.
        window: When.

    Raises:
        UserError: There is no log, no version in service, or its examples are gone.
    """
    service = service_of(config, path)
    task = config.chosen_task().build()
    requests = logged_requests(prefix, LoggedModel(config.name, task, service.same), window)
    served = _served(config, task, requests.sample)
    comparison, reference = _compared(config, service, served, requests.num_texts)
    shows_texts = config.keeps_texts
    return MonitorReport(
        name=config.name,
        task=config.task,
        version=service.version,
        run=service.run,
        written_at=datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        window=window,
        tally=requests.tally,
        num_rows=requests.num_rows,
        comparison=comparison,
        labels=_labels(task, service, reference, served),
        histograms=_histograms(reference, served),
        new_pieces=_new_pieces(config, comparison) if shows_texts else None,
        unsure=_unsure(requests, served) if shows_texts else None,
    )


def _served(config: PipelineConfig, task: Task, rows: Sequence[LoggedRow]) -> Served:
    encoder = EncoderSettings(config.model.source, config.model.sequence_length)
    facts = text_facts([tuple(row.texts.values()) for row in rows], encoder)
    return Served(facts, tuple(task.watched_answer(row.answer) for row in rows))


def _compared(config: PipelineConfig, service: Service, served: Served, num_texts: int) -> tuple[Comparison, Reference]:
    reference = reference_of(config, service)
    return compare(reference, served, config.monitoring, num_texts, tfdv_distances), reference


def _labels(task: Task, service: Service, reference: Reference, served: Served) -> tuple[LabelRows, ...]:
    """Beside what is compared, the labels of the train split, as TFDV counted them."""
    counts = {_HELD_OUT: _counted(reference.answers), _SERVED: _counted(served.answers)}
    if service.statistics and task.label_feature and any(counts.values()):
        # The train split is the first.
        train = read_split_statistics(pathlib.Path(service.statistics))[0].datasets[0]
        counts = {_TRAIN: value_counts(train, task.label_feature), **counts}
    labels = sorted({label for counted in counts.values() for label in counted})
    return tuple(LabelRows(label, {name: counted[label] for name, counted in counts.items()}) for label in labels)


def _counted(answers: Iterable[WatchedAnswer]) -> Counter[str]:
    return Counter(label for answer in answers for label in answer.labels or ())


def _histograms(reference: Reference, served: Served) -> Histograms:
    lengths = [_lengths(_TRAIN, reference.texts), _lengths("requests", served.texts)]
    sides = ((_HELD_OUT, reference.answers), (_SERVED, served.answers))
    confidences = [(name, [a.confidence for a in answers if a.confidence is not None]) for name, answers in sides]
    numbers = [(name, [a.number for a in answers if a.number is not None]) for name, answers in sides]
    return Histograms(tuple(lengths), _spread(confidences, (0.0, 1.0)), _spread(numbers, None))


def _lengths(name: str, texts: Iterable[TextFacts]) -> NumberHistogram:
    return length_histogram(name, Counter(text.num_pieces for text in texts))


def _spread(
    sides: Sequence[tuple[str, Sequence[float]]], bounds: tuple[float, float] | None
) -> tuple[NumberHistogram, ...]:
    together = [number for _, numbers in sides for number in numbers]
    if not together:
        return ()
    edges = np.histogram_bin_edges(together, _NUM_BINS, bounds)
    return tuple(
        NumberHistogram(name, tuple(map(float, edges)), tuple(map(float, np.histogram(numbers, edges)[0])), {})
        for name, numbers in sides
    )


def _new_pieces(config: PipelineConfig, comparison: Comparison) -> tuple[str, ...]:
    for check in comparison.checks:
        if check.name == "new_words":
            return piece_names(config.model.source, [int(name) for name in check.served])
    return ()


def _unsure(requests: LoggedRequests, served: Served) -> tuple[UnsureRow, ...]:
    rows = [
        UnsureRow({name: text[:_MAX_TEXT] for name, text in row.texts.items()}, answer.labels or (), answer.confidence)
        for row, answer in zip(requests.sample, served.answers, strict=True)
        if answer.confidence is not None
    ]
    return tuple(sorted(rows, key=lambda row: row.confidence)[:_NUM_UNSURE])
