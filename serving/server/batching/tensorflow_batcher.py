"""TensorFlow's own batcher: decides which requests run together, and when."""

import itertools
import threading
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from tensorflow.python.client import pywrap_tf_session

from serving.server.batching.batching_parameters import BatchingParameters
from serving.server.serving_error import Code, ServingError

_SHARED_NAME = "batcher"


class Piece(NamedTuple):
    """Rows of a task that run in one batch: all of them, unless tasks may be cut.

    Attributes:
        task: What was submitted.
        start: The first row.
        stop: The row after the last.
    """

    task: Any
    start: int
    stop: int


Process = Callable[[Sequence[Piece]], None]


class BatchQueue:
    """One queue of the batcher; only what is in one queue can run together."""

    def __init__(self, batcher: "TensorFlowBatcher", process: Process) -> None:
        """Takes a place of the batcher's graph, a free one if there is any."""
        self._batcher, self._process = batcher, process
        self._place = batcher.take_place()

    def submit(self, task: Any, num_rows: int) -> None:
        """Returns when all rows of a task have been processed.

        Args:
            task: Anything.
            num_rows: How many rows it has; at least one.

        Raises:
            ServingError: It is too large, or the queue is full; in TensorFlow's words.
        """
        self._batcher.submit(self._place, self._process, task, num_rows)

    def close(self) -> None:
        """Gives the place back; nothing may wait in the queue any more."""
        self._batcher.give_back(self._place)


class TensorFlowBatcher:
    """Queues of TensorFlow's BatchFunction op, in a session of their own, with one pool of threads for all of them.

    What TensorFlow batches are the numbers of tasks and rows, not the tensors: the function of the op gives the tasks
    that make up a batch to whoever opened the queue, who runs the model's session on them. So any graph can be batched,
    also one that cannot be rewritten, and errors, deadlines and padding are those of the stock server, which differ
    from the op's.
    """

    def __init__(self, parameters: BatchingParameters) -> None:
        """Starts no thread yet."""
        self.parameters = parameters
        # Functions wait in these threads for another session, which therefore must not need them.
        threads = tf.compat.v1.ConfigProto(
            use_per_session_threads=True,
            inter_op_parallelism_threads=parameters.num_batch_threads + 1,
            intra_op_parallelism_threads=1,
            device_count={"GPU": 0},
        )
        self._session = tf.compat.v1.Session(graph=tf.Graph(), config=threads)
        self._lock = threading.Lock()
        self._tasks: dict[int, tuple[Process, Any]] = {}
        self._numbers = itertools.count()
        self._free: list[tuple[Any, Any]] = []
        self._num_places = 0
        with self._session.graph.as_default():
            function = tf.function(lambda rows: tf.numpy_function(self._run, [rows], tf.int64), autograph=False)
            self._function = function.get_concrete_function(tf.TensorSpec([None, 2], tf.int64))

    def submit(self, place: tuple[Any, Any], process: Process, task: Any, num_rows: int) -> None:
        """See `BatchQueue.submit`."""
        number = next(self._numbers)
        rows = np.empty((num_rows, 2), np.int64)
        rows[:, 0], rows[:, 1] = number, np.arange(num_rows)
        self._tasks[number] = process, task
        try:
            pywrap_tf_session.TF_SessionRun_wrapper(
                self._session._session, None, {place[0]: rows}, [place[1]], [], None
            )
        except tf.errors.OpError as error:
            # The op's name means nothing to a client.
            raise ServingError(Code(error.error_code), error.message.partition("\n\t [[")[0]) from error
        finally:
            del self._tasks[number]

    def take_place(self) -> tuple[Any, Any]:
        """A queue's input and output in the graph; made where none is free, for a graph can only grow."""
        with self._lock:
            return self._free.pop() if self._free else self._make_place()

    def give_back(self, place: tuple[Any, Any]) -> None:
        """Lets another queue have the place."""
        with self._lock:
            self._free.append(place)

    def close(self) -> None:
        """Ends the threads."""
        self._session.close()

    def _make_place(self) -> tuple[Any, Any]:
        parameters = self.parameters
        limit = parameters.max_execution_batch_size if parameters.enable_large_batch_splitting else None
        self._num_places += 1
        with self._session.graph.as_default():
            rows = tf.compat.v1.placeholder(tf.int64, [None, 2])
            (done,) = tf.raw_ops.BatchFunction(
                in_tensors=[rows],
                captured_tensors=[],
                f=self._function,
                Tout=[tf.int64],
                num_batch_threads=parameters.num_batch_threads,
                max_batch_size=parameters.max_batch_size,
                batch_timeout_micros=parameters.batch_timeout_micros,
                max_enqueued_batches=parameters.max_enqueued_batches,
                # The op knows the limit of what is run as the largest size allowed; it is not meant to fill up batches.
                allowed_batch_sizes=list(range(1, limit + 1)) if limit else [],
                enable_large_batch_splitting=parameters.enable_large_batch_splitting,
                shared_name=_SHARED_NAME,
                batching_queue=str(self._num_places),
            )
        return rows._as_tf_output(), done._as_tf_output()

    def _run(self, rows: np.ndarray) -> np.ndarray:
        numbers = rows[:, 0]
        bounds = [0, *(np.flatnonzero(np.diff(numbers)) + 1).tolist(), len(rows)]
        pieces, process = [], None
        for first, end in itertools.pairwise(bounds):
            process, task = self._tasks[int(numbers[first])]
            pieces.append(Piece(task, int(rows[first, 1]), int(rows[end - 1, 1]) + 1))
        if process:
            process(pieces)
        return rows
