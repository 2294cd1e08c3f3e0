"""How requests are batched: the stock server's BatchingParameters, and one setting of our own."""

import bisect
import dataclasses
import itertools
import os
import pathlib

from models.user_error import UserError
from serving.server.text_proto import read_text_proto

_MESSAGE = "BatchingParameters"
_FIELDS = {
    "max_batch_size": "Int64Value",
    "batch_timeout_micros": "Int64Value",
    "max_enqueued_batches": "Int64Value",
    "num_batch_threads": "Int64Value",
    "thread_pool_name": "StringValue",
    "allowed_batch_sizes": "repeated int64",
    "pad_variable_length_inputs": "bool",
    "enable_large_batch_splitting": "BoolValue",
    "max_execution_batch_size": "Int64Value",
}
_AT_LEAST = {
    "max_batch_size": 1,
    "batch_timeout_micros": 0,
    "max_enqueued_batches": 1,
    "num_batch_threads": 1,
    "max_execution_batch_size": 1,
}


@dataclasses.dataclass(frozen=True)
class BatchingParameters:
    """When a batch is run, and how large it may be; the defaults are the stock server's.

    Attributes:
        max_batch_size: Most rows of a batch, and of a request.
        batch_timeout_micros: How long a batch that is not full waits for more, in microseconds.
        max_enqueued_batches: Batches that may wait in each queue; more are refused.
        num_batch_threads: Batches that run at a time, those of all models together.
        allowed_batch_sizes: Sizes that batches are filled up to; empty for any size.
        pad_variable_length_inputs: Whether tensors of different shapes are filled up to one, with the first element of
            each; else they cannot share a batch.
        enable_large_batch_splitting: Whether a request may be cut to fill a batch.
        max_execution_batch_size: Most rows that are run at a time, where requests may be cut; None for
            `max_batch_size`.
        length_buckets: Ours: texts of up to so many bytes share a queue, and longer ones have further queues. Without
            any, as in the stock server, one long text makes all short ones of its batch as slow as itself.
    """

    max_batch_size: int = 1000
    batch_timeout_micros: int = 0
    max_enqueued_batches: int = 10
    num_batch_threads: int = dataclasses.field(default_factory=lambda: len(os.sched_getaffinity(0)))
    allowed_batch_sizes: tuple[int, ...] = ()
    pad_variable_length_inputs: bool = False
    enable_large_batch_splitting: bool = False
    max_execution_batch_size: int | None = None
    length_buckets: tuple[int, ...] = ()

    def padded_size(self, num_rows: int) -> int:
        """The size that a batch is filled up to."""
        index = bisect.bisect_left(self.allowed_batch_sizes, num_rows)
        return self.allowed_batch_sizes[index] if index < len(self.allowed_batch_sizes) else num_rows


def read_batching_parameters(path: pathlib.Path) -> BatchingParameters:
    """Reads a text-format BatchingParameters.

    Args:
        path: The file.

    Raises:
        UserError: The file cannot be read, or what it says cannot be done.
    """
    proto = read_text_proto(path, _MESSAGE, {_MESSAGE: _FIELDS})
    given = {name: getattr(proto, name).value for name in _AT_LEAST if proto.HasField(name)}
    for name, value in given.items():
        if value < _AT_LEAST[name]:
            raise UserError(f"{path}: {name} is {value}, but must be at least {_AT_LEAST[name]}")
    parameters = BatchingParameters(
        **given,
        allowed_batch_sizes=tuple(proto.allowed_batch_sizes),
        pad_variable_length_inputs=proto.pad_variable_length_inputs,
        enable_large_batch_splitting=proto.enable_large_batch_splitting.value,
    )
    _check_sizes(path, parameters)
    return parameters


def _check_sizes(path: pathlib.Path, parameters: BatchingParameters) -> None:
    sizes, largest, limit = parameters.allowed_batch_sizes, parameters.max_batch_size, "max_batch_size"
    if parameters.enable_large_batch_splitting and parameters.max_execution_batch_size is not None:
        if parameters.max_execution_batch_size > largest:
            raise UserError(
                f"{path}: max_execution_batch_size must not be larger than max_batch_size, which is {largest}"
            )
        largest, limit = parameters.max_execution_batch_size, "max_execution_batch_size"
    if sizes and (sizes[0] < 1 or any(first >= second for first, second in itertools.pairwise(sizes))):
        raise UserError(f"{path}: allowed_batch_sizes entries must be positive and monotonically increasing")
    if sizes and sizes[-1] != largest:
        raise UserError(
            f"{path}: Last entry in allowed_batch_sizes must match {limit}; last entry was {sizes[-1]}; "
            f"expected {largest}"
        )
