"""Runs of one loaded model, batched."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from serving.server.batching.length_bucket import length_bucket
from serving.server.batching.merging import Tensors, fits, merged, num_rows, split
from serving.server.batching.tensorflow_batcher import BatchQueue, Piece, TensorFlowBatcher
from serving.server.serving_error import Code, ServingError

Run = Callable[[Tensors, Sequence[str], int | None], list[np.ndarray]]
_Signature = tuple[frozenset[str], frozenset[str]]


class _Task:
    """A request that waits for its rows to be run."""

    def __init__(self, feeds: Tensors, timeout_ms: int | None) -> None:
        self.feeds = feeds
        self.deadline = float("inf") if timeout_ms is None else time.monotonic() + timeout_ms / 1000
        self.outputs: dict[int, list[np.ndarray]] = {}
        self.error: Exception | None = None

    def result(self) -> list[np.ndarray]:
        if self.error:
            raise self.error
        pieces = [self.outputs[start] for start in sorted(self.outputs)]
        return pieces[0] if len(pieces) == 1 else [np.concatenate(arrays) for arrays in zip(*pieces, strict=True)]


class BatchedRuns:
    """Gives each signature of a model a queue of its own, or one for each length of texts."""

    def __init__(self, run: Run, signatures: Mapping[str, Any], batcher: TensorFlowBatcher) -> None:
        """Opens no queue yet.

        Args:
            run: Runs the model: tensors by the graph's names, names of what is wanted, milliseconds at most.
            signatures: SignatureDefs by name.
            batcher: Decides what runs together.
        """
        self._run, self._batcher = run, batcher
        self._inputs = {
            _signature(one): {info.name: info for info in one.inputs.values()}
            for one in signatures.values()
            if one.inputs and one.outputs
        }
        self._queues: dict[tuple[_Signature, int], BatchQueue] = {}
        self._lock = threading.Lock()

    def run(self, feeds: Tensors, fetches: Sequence[str], timeout_ms: int | None) -> list[np.ndarray]:
        """Runs a request with others, or by itself where it is no whole signature (some of the outputs, say).

        One that the signature does not allow is run by itself too: others must not fail with it.

        Args:
            feeds: Tensors by the graph's names of them.
            fetches: The graph's names of what is wanted.
            timeout_ms: How long it may take, in milliseconds.

        Raises:
            ServingError: The request or its batch failed, or it was not run in time.
        """
        signature = frozenset(feeds), frozenset(fetches)
        inputs = self._inputs.get(signature)
        if inputs is None or not all(fits(feeds[name], info) for name, info in inputs.items()):
            return self._run(feeds, fetches, timeout_ms)
        size = num_rows(feeds)
        if not size:
            return self._run(feeds, fetches, timeout_ms)
        task = _Task(feeds, timeout_ms)
        bucket = length_bucket(feeds, self._batcher.parameters.length_buckets)
        self._queue(signature, bucket).submit(task, size)
        outputs = dict(zip(sorted(signature[1]), task.result(), strict=True))
        return [outputs[name] for name in fetches]

    def close(self) -> None:
        """Gives the queues back; no request may run any more."""
        for queue in self._queues.values():
            queue.close()
        self._queues.clear()

    def _queue(self, signature: _Signature, bucket: int) -> BatchQueue:
        with self._lock:
            queue = self._queues.get((signature, bucket))
            if queue is None:
                fetches = sorted(signature[1])
                queue = BatchQueue(self._batcher, lambda pieces: self._process(pieces, fetches))
                self._queues[signature, bucket] = queue
            return queue

    def _process(self, pieces: Sequence[Piece], fetches: Sequence[str]) -> None:
        try:
            self._run_batch(pieces, fetches)
        except Exception as error:  # noqa: BLE001 (each request raises it in its own thread)
            if len(pieces) > 1 and isinstance(error, ServingError) and error.code == Code.INVALID_ARGUMENT:
                # One request's bad row is no reason to refuse the others, as the stock server does.
                for piece in pieces:
                    self._process([piece], fetches)
                return
            for piece in pieces:
                piece.task.error = error

    def _run_batch(self, pieces: Sequence[Piece], fetches: Sequence[str]) -> None:
        seconds = max(piece.task.deadline for piece in pieces) - time.monotonic()
        if seconds <= 0:
            message = "Run() timeout exceeded while waiting in batching queue"
            raise ServingError(Code.RESOURCE_EXHAUSTED, message)
        requests = [
            {name: array[piece.start : piece.stop] for name, array in piece.task.feeds.items()} for piece in pieces
        ]
        batch = merged(requests, self._batcher.parameters)
        outputs = self._run(batch, fetches, None if seconds == float("inf") else int(seconds * 1000) + 1)
        sizes = [piece.stop - piece.start for piece in pieces]
        for piece, own in zip(pieces, split(outputs, sizes, num_rows(batch)), strict=True):
            piece.task.outputs[piece.start] = own


def _signature(definition: Any) -> _Signature:
    return (
        frozenset(info.name for info in definition.inputs.values()),
        frozenset(info.name for info in definition.outputs.values()),
    )
