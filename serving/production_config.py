"""How a TensorFlow Serving in production batches requests for a model, from what was measured of that."""

import dataclasses
from collections.abc import Mapping

MAX_BATCH_SIZE = 128
"""More rows gain nothing on a processor, and on a GPU little."""

SHARE_OF_LATENCY = 0.5
"""How much of the latency that is allowed one batch may take: another one may be running when a request comes."""


@dataclasses.dataclass(frozen=True)
class Measured:
    """How fast a model answered.

    Attributes:
        milliseconds: By the number of rows of a request, what it took to answer, with texts of the greatest length.
        latency_p99_ms: What 99 of 100 requests may take; None for no bound.
        num_processors: Processors (or GPUs) of the machine that will serve.
    """

    milliseconds: Mapping[int, float]
    latency_p99_ms: float | None = None
    num_processors: int = 4


def max_batch_size(measured: Measured) -> int:
    """The largest size measured that is worth it: within the latency, and faster for each row than any smaller one.

    Args:
        measured: At least one size.
    """
    bound = float("inf") if measured.latency_p99_ms is None else measured.latency_p99_ms * SHARE_OF_LATENCY
    sizes = [size for size in sorted(measured.milliseconds) if size <= MAX_BATCH_SIZE]
    fitting = [size for size in sizes if measured.milliseconds[size] <= bound] or sizes[:1]
    return min(fitting, key=lambda size: measured.milliseconds[size] / size)


def allowed_batch_sizes(largest: int) -> list[int]:
    """Powers of two up to the largest size, and that one: so many shapes, and no others, are ever run."""
    return [size for size in (2**power for power in range(largest.bit_length())) if size < largest] + [largest]


def batching_parameters_text(measured: Measured, pads_to_sizes: bool = False) -> str:
    """The text of `batching_parameters.txt`, for `--batching_parameters_file`.

    No batch waits to be filled: while one runs, the next one gathers. What waits is bounded by the latency.

    Args:
        measured: What was measured of the model.
        pads_to_sizes: Whether batches are filled up to few sizes: worth it on a GPU, which prepares for each size anew,
            a waste on a processor.
    """
    largest = max_batch_size(measured)
    lines = [
        f"max_batch_size {{ value: {largest} }}",
        "batch_timeout_micros { value: 0 }",
        f"max_enqueued_batches {{ value: {_enqueued_batches(measured, largest)} }}",
        f"num_batch_threads {{ value: {measured.num_processors} }}",
    ]
    if pads_to_sizes:
        lines += [f"allowed_batch_sizes: {size}" for size in allowed_batch_sizes(largest)]
    return "\n".join(lines) + "\n"


def _enqueued_batches(measured: Measured, largest: int) -> int:
    """As many as can be answered in time; who comes later is refused at once rather than answered too late."""
    if measured.latency_p99_ms is None:
        return 100
    batches = measured.latency_p99_ms / measured.milliseconds[largest] * measured.num_processors
    return max(measured.num_processors, int(batches))
