"""The life of a model on the sample messages: words for word pieces, and counts of them for a classifier."""

import csv
import pathlib
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import pytest

from models.tasks.interface.watched_answer import WatchedAnswer
from pipeline.monitoring.row_facts import Reference, Served, TextFacts

_TICKETS = pathlib.Path(__file__).parents[3] / "examples" / "data" / "tickets.csv"


def facts_of(text: str) -> TextFacts:
    words = [zlib.crc32(word.encode()) for word in re.findall(r"\w+|[^\w\s]", text.lower())]
    return TextFacts(len(words), 0.0, tuple(sorted(set(words))))


class CountingClassifier:
    """Naive Bayes over words: sure of what it knows, unsure of what it does not."""

    def __init__(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        self._rows = Counter(labels)
        self._words: defaultdict[str, Counter[int]] = defaultdict(Counter)
        for text, label in zip(texts, labels, strict=True):
            self._words[label].update(facts_of(text).pieces)

    def answer(self, text: str) -> WatchedAnswer:
        labels = sorted(self._rows)
        pieces = facts_of(text).pieces
        logs = np.array([self._score(label, pieces) for label in labels]) / max(len(pieces), 1) ** 0.5
        scores = np.exp(logs - logs.max())
        place = int(scores.argmax())
        return WatchedAnswer((labels[place],), float(scores[place] / scores.sum()))

    def _score(self, label: str, pieces: Sequence[int]) -> float:
        rows, words = self._rows[label], self._words[label]
        return float(np.log(rows) + sum(np.log((words[piece] + 0.2) / (rows + 1)) for piece in pieces))


class Shop:
    """A model that was trained on a part of the messages, and the messages that nobody has seen."""

    def __init__(self, seed: int = 1) -> None:
        with _TICKETS.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.generator = np.random.default_rng(seed)
        order = [rows[place] for place in self.generator.permutation(len(rows))]
        train, held_out, self._later = order[:600], order[600:800], [row["message"] for row in order[800:]]
        self.model = CountingClassifier([row["message"] for row in train], [row["topic"] for row in train])
        self.reference = Reference(
            tuple(facts_of(row["message"]) for row in train),
            tuple(self.model.answer(row["message"]) for row in held_out),
        )

    def texts(self, number: int) -> list[str]:
        """What customers write on a day on which nothing has changed."""
        return [str(text) for text in self.generator.choice(self._later, number, replace=False)]

    def served(self, texts: Sequence[str]) -> Served:
        return Served(tuple(map(facts_of, texts)), tuple(map(self.model.answer, texts)))


@pytest.fixture(scope="session")
def shop() -> Shop:
    return Shop()
