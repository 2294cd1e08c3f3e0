"""Counters and histograms, and Prometheus' text of them.

Written as the stock server writes them, which the usual client library does not: it gives counters the suffix `_total`
and each metric a line of help.
"""

import bisect
import threading
from collections.abc import Sequence

_MOST_SERIES = 1000
"""Model names come from clients, who must not fill the memory with them."""

Labels = tuple[str, ...]


class Counter:
    """Counts by labels."""

    def __init__(self, name: str, labels: Sequence[str]) -> None:
        """Counts nothing yet.

        Args:
            name: The metric's name.
            labels: The names of its labels.
        """
        self._name, self._labels = name, labels
        self._lock = threading.Lock()
        self._values: dict[Labels, int] = {}

    def add(self, *labels: str, number: int = 1) -> None:
        """Counts for the values of the labels."""
        with self._lock:
            if labels in self._values or len(self._values) < _MOST_SERIES:
                self._values[labels] = self._values.get(labels, 0) + number

    def lines(self) -> list[str]:
        """The text, line by line."""
        with self._lock:
            values = sorted(self._values.items())
        return [f"# TYPE {self._name} counter"] + [
            f"{self._name}{{{_pairs(self._labels, labels)}}} {value}" for labels, value in values
        ]


class Histogram:
    """Microseconds by labels, in the stock server's buckets: 33 limits from 10 on, each 1.8 times the one before."""

    LIMITS = tuple(10 * 1.8**power for power in range(33))

    def __init__(self, name: str, labels: Sequence[str]) -> None:
        """Knows no value yet.

        Args:
            name: The metric's name.
            labels: The names of its labels.
        """
        self._name, self._labels = name, labels
        self._lock = threading.Lock()
        self._buckets: dict[Labels, list[int]] = {}
        self._sums: dict[Labels, float] = {}

    def add(self, microseconds: float, *labels: str) -> None:
        """Adds a value for the values of the labels."""
        with self._lock:
            if labels not in self._buckets:
                if len(self._buckets) >= _MOST_SERIES:
                    return
                self._buckets[labels], self._sums[labels] = [0] * (len(self.LIMITS) + 1), 0.0
            self._buckets[labels][bisect.bisect_right(self.LIMITS, microseconds)] += 1
            self._sums[labels] += microseconds

    def lines(self) -> list[str]:
        """The text, line by line."""
        with self._lock:
            rows = sorted((labels, list(buckets), self._sums[labels]) for labels, buckets in self._buckets.items())
        lines = [f"# TYPE {self._name} histogram"]
        for labels, buckets, total in rows:
            pairs, count = _pairs(self._labels, labels), 0
            for limit, number in zip([*(f"{limit:g}" for limit in self.LIMITS), "+Inf"], buckets, strict=True):
                count += number
                lines.append(f'{self._name}_bucket{{{pairs},le="{limit}"}} {count}')
            lines += [f"{self._name}_sum{{{pairs}}} {total:.1f}", f"{self._name}_count{{{pairs}}} {count}"]
        return lines


def _pairs(names: Sequence[str], values: Labels) -> str:
    escaped = [value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") for value in values]
    return ",".join(f'{name}="{value}"' for name, value in zip(names, escaped, strict=True))
