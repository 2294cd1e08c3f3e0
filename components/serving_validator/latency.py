"""How fast a served model answers single texts."""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from components.evaluator.text_slices import length_bucket
from components.serving_validator.validation import Check, Latency

_REQUESTS_TO_DECIDE = 100
_REQUESTS_TO_SHOW = 25
"""Where no bound depends on them, a second or two of every run are better spent elsewhere."""

_SECONDS_PER_BUCKET = 4.0
_MIN_REQUESTS = 5

_BATCH_SIZES = (1, 8, 32)
_NUM_BATCHES = 3
_LONGEST_BATCH_MS = 3000.0


def measure_latency(
    predict: Callable[[Sequence[Mapping[str, str]]], Any], rows: Sequence[Mapping[str, str]], bound_ms: float | None
) -> list[Latency]:
    """Sends texts one by one, and again where there are few, for some seconds for each length.

    Args:
        predict: Sends one request.
        rows: Texts by column.
        bound_ms: What `check_latency` will compare them with; without one there are fewer requests.

    Returns:
        One measurement for each length that occurs, the shortest first.
    """
    by_bucket: dict[str, list[Mapping[str, str]]] = {}
    for row in sorted(rows, key=lambda row: sum(map(len, row.values()))):
        by_bucket.setdefault(length_bucket(list(row.values())), []).append(row)
    most = _REQUESTS_TO_SHOW if bound_ms is None else _REQUESTS_TO_DECIDE
    return [_latency(bucket, list(_times(predict, of_bucket, most))) for bucket, of_bucket in by_bucket.items()]


def measure_batches(
    predict: Callable[[Sequence[Mapping[str, str]]], Any], rows: Sequence[Mapping[str, str]]
) -> dict[int, float]:
    """Sends requests of several rows, with the longest texts that there are.

    Args:
        predict: Sends one request.
        rows: Texts by column.

    Returns:
        The median in milliseconds, by the number of rows; sizes that would take long are left out.
    """
    longest = sorted(rows, key=lambda row: sum(map(len, row.values())), reverse=True)
    found: dict[int, float] = {}
    for size in _BATCH_SIZES:
        batch = [longest[number % len(longest)] for number in range(size)]
        predict(batch)
        found[size] = statistics.median(_milliseconds(predict, batch) for _ in range(_NUM_BATCHES))
        if found[size] > _LONGEST_BATCH_MS:
            break
    return found


def check_latency(latencies: Sequence[Latency], bound_ms: float | None) -> Check:
    """Compares what was measured with what is asked.

    Args:
        latencies: At least one.
        bound_ms: What the 99th percentile may be for texts of each length, in milliseconds; None for no bound.
    """
    slowest = max(latencies, key=lambda latency: latency.p99_ms)
    # The 99th percentile of fewer is the slowest of them.
    share = "99 of 100" if slowest.num_requests >= _REQUESTS_TO_DECIDE else f"all {slowest.num_requests}"
    explanation = f"{share} requests with a text of {slowest.texts} characters took {slowest.p99_ms:.1f} ms at most"
    if bound_ms is None:
        return Check("latency", True, f"{explanation}; there is no bound")
    allowed = f"serving.latency_p99_ms allows {bound_ms:g} ms"
    return Check("latency", slowest.p99_ms <= bound_ms, f"{explanation}; {allowed}")


def _times(
    predict: Callable[[Sequence[Mapping[str, str]]], Any], rows: Sequence[Mapping[str, str]], most: int
) -> Iterator[float]:
    """Milliseconds of each request; the first one, which may build something, is not counted."""
    predict(rows[:1])
    until = time.monotonic() + _SECONDS_PER_BUCKET
    for number in range(most):
        if number >= _MIN_REQUESTS and time.monotonic() > until:
            return
        yield _milliseconds(predict, [rows[number % len(rows)]])


def _milliseconds(predict: Callable[[Sequence[Mapping[str, str]]], Any], rows: Sequence[Mapping[str, str]]) -> float:
    started = time.perf_counter()
    predict(rows)
    return 1000 * (time.perf_counter() - started)


def _latency(bucket: str, times: Sequence[float]) -> Latency:
    import numpy as np

    # The higher of two neighbours: a percentile of few requests is never better than one that was seen.
    p50, p95, p99 = (float(value) for value in np.percentile(times, [50, 95, 99], method="higher"))
    return Latency(bucket, len(times), p50, p95, p99)
