"""The checks: what of reference and served rows is held against each other, and how."""

import dataclasses
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from models.tasks.interface.watched_answer import WatchedAnswer
from pipeline.monitoring.config import DriftThresholds, MonitoringConfig
from pipeline.monitoring.distances import Measure
from pipeline.monitoring.row_facts import Reference, Served, TextFacts
from pipeline.monitoring.strangeness import strangeness

_Row = TypeVar("_Row")
_Name = TypeVar("_Name", bound=Hashable)

_NUM_BUCKETS = 10
_MAX_PIECES = 3000
_MIN_ROWS = 3
"""Of rarer pieces there is nothing to be said."""
_NEARLY_ALL = 0.95
_NO_LABEL = "(none)"


@dataclasses.dataclass(frozen=True)
class Check:
    """One comparison that is to be made.

    Attributes:
        name: The field of `DriftThresholds`.
        measure: The distance.
        names: What the totals are of, in the order in which a person should see them.
        reference: [rows, names]: what each reference row adds to the totals.
        served: Likewise of each served row.
        is_drop: Whether the numbers are the negative of what a person should see, since a drop is looked for.
    """

    name: str
    measure: Measure
    names: tuple[str, ...]
    reference: np.ndarray
    served: np.ndarray
    is_drop: bool = False


def checks_of(reference: Reference, served: Served, config: MonitoringConfig) -> list[Check]:
    """The checks that have a threshold, and rows to compare on both sides."""
    checks = [
        _text_lengths(reference.texts, served.texts),
        _new_words(reference.texts, served.texts),
        _beyond("unusual_texts", *strangeness(reference.texts, served.texts)),
        _increase("unknown_pieces", reference.texts, served.texts, lambda text: text.unknown),
        _labels(reference.answers, served.answers),
        _confidence(reference.answers, served.answers),
        _unsure_answers(reference.answers, served.answers),
        _numbers(reference.answers, served.answers),
    ]
    wanted = {name for name in DriftThresholds.model_fields if getattr(config.thresholds, name) is not None}
    return [check for check in checks if check.name in wanted and check.reference.size and check.served.size]


def _text_lengths(reference: Sequence[TextFacts], served: Sequence[TextFacts]) -> Check:
    lengths = [[float(text.num_pieces) for text in texts] for texts in (reference, served)]
    return _bucketed("text_length", *lengths)


def _numbers(reference: Sequence[WatchedAnswer], served: Sequence[WatchedAnswer]) -> Check:
    numbers = [[each.number for each in answers if each.number is not None] for answers in (reference, served)]
    return _bucketed("numbers", *numbers)


def _bucketed(name: str, reference: Sequence[float], served: Sequence[float]) -> Check:
    """Counts numbers in buckets between quantiles of all of them together.

    These are the same however the rows are dealt out, as the permutation test wants it, and none is nearly empty.
    """
    together = np.array([*reference, *served])
    inner = np.arange(1, _NUM_BUCKETS) / _NUM_BUCKETS
    edges = np.unique(np.quantile(together, inner, method="lower")) if len(together) else together
    names = (*(f"≤ {edge:.4g}" for edge in edges), *([f"> {edges[-1]:.4g}"] if len(edges) else []))
    if not names:
        return Check(name, "jensen_shannon_divergence", names, together, together)
    one_each = np.eye(len(names))
    sides = (one_each[np.searchsorted(edges, values)] for values in (reference, served))
    return Check(name, "jensen_shannon_divergence", names, next(sides), next(sides))


def _new_words(reference: Sequence[TextFacts], served: Sequence[TextFacts]) -> Check:
    # The pieces that most rows have, of both together: again whatever row is of which.
    rows = Counter(piece for texts in (reference, served) for text in texts for piece in text.pieces)
    often = sorted((-count, piece) for piece, count in rows.items() if count >= _MIN_ROWS)
    ids = [piece for _, piece in often[:_MAX_PIECES]]
    before, now = (_incidence([text.pieces for text in texts], ids) for texts in (reference, served))
    return Check("new_words", "standardised_rise", tuple(map(str, ids)), before, now)


def _labels(reference: Sequence[WatchedAnswer], served: Sequence[WatchedAnswer]) -> Check:
    rows = [
        [each.labels or (_NO_LABEL,) for each in answers if each.labels is not None] for answers in (reference, served)
    ]
    names = sorted({label for labels in (*rows[0], *rows[1]) for label in labels})
    before, now = (_incidence(labels, names) for labels in rows)
    return Check("labels", "infinity_norm", tuple(names), before, now)


def _increase(
    name: str, reference: Iterable[_Row], served: Iterable[_Row], value: Callable[[_Row], float | None]
) -> Check:
    columns = ([found for row in rows if (found := value(row)) is not None] for rows in (reference, served))
    before, now = (np.array(column)[:, np.newaxis] for column in columns)
    return Check(name, "increase", ("mean",), before, now)


def _confidence(reference: Sequence[WatchedAnswer], served: Sequence[WatchedAnswer]) -> Check:
    doubts = _increase("confidence", reference, served, _doubt)
    return dataclasses.replace(doubts, is_drop=True)


def _doubt(answer: WatchedAnswer) -> float | None:
    return None if answer.confidence is None else -answer.confidence


def _unsure_answers(reference: Sequence[WatchedAnswer], served: Sequence[WatchedAnswer]) -> Check:
    doubts = ([doubt for each in answers if (doubt := _doubt(each)) is not None] for answers in (reference, served))
    return _beyond("unsure_answers", *map(np.array, doubts))


def _beyond(name: str, reference: np.ndarray, served: np.ndarray) -> Check:
    """Counts the rows that are beyond nearly all reference rows: there a part of the requests shows that is otherwise.

    Of few such rows a mean would hardly tell.
    """
    limit = np.quantile(reference, _NEARLY_ALL, method="higher") if len(reference) else 0.0
    before, now = ((rows > limit)[:, np.newaxis] * 1.0 for rows in (reference, served))
    return Check(name, "increase", ("share",), before, now)


def _incidence(rows: Sequence[Sequence[_Name]], names: Sequence[_Name]) -> np.ndarray:
    places: Mapping[_Name, int] = {name: place for place, name in enumerate(names)}
    matrix = np.zeros((len(rows), len(names)), np.float32)
    for number, row in enumerate(rows):
        matrix[number, [places[name] for name in row if name in places]] = 1
    return matrix
