"""A loaded version of a model."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import config_pb2
from tensorflow.python.client import pywrap_tf_session

from serving.server.batching.batched_runs import BatchedRuns
from serving.server.batching.tensorflow_batcher import TensorFlowBatcher
from serving.server.engine.request_limits import RequestLimits
from serving.server.serving_error import Code, ServingError, invalid_argument


class Servable:
    """A TF1 session over a model's MetaGraph, as the stock server runs it.

    Requests hold it while they run: a version that is taken out of service is closed when its last request has ended.

    Attributes:
        name: The model's name.
        version: Its version.
        signatures: SignatureDefs by name.
        when_run: Told the model's name, the method and the seconds of each run.
        limits: How much a request may ask of it.
    """

    def __init__(
        self,
        name: str,
        version: int,
        session: Any,
        signatures: Mapping[str, Any],
        batcher: TensorFlowBatcher | None = None,
    ) -> None:
        """Takes over a session into which the MetaGraph is loaded.

        Args:
            name: The model's name.
            version: Its version.
            session: The session.
            signatures: SignatureDefs by name.
            batcher: Decides which requests run together; None runs each by itself.
        """
        self.name = name
        self.version = version
        self.signatures = signatures
        self.when_run: Callable[[str, str, float], None] = lambda name, api, seconds: None
        self.limits = RequestLimits()
        self._session = session
        self._batched = BatchedRuns(self._run_session, signatures, batcher) if batcher else None
        self._outputs: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._num_requests = 0
        self._when_idle: Callable[[], None] | None = None

    def run(
        self, feeds: Mapping[str, np.ndarray], fetches: Sequence[str], timeout_ms: int | None, api: str = "Predict"
    ) -> list[np.ndarray]:
        """Runs the graph, for several requests at a time where they are batched.

        Args:
            feeds: Tensors by the graph's names of them.
            fetches: The graph's names of what is wanted.
            timeout_ms: How long it may run, in milliseconds; None for as long as it takes.
            api: The method that it is for, for `when_run`.

        Returns:
            The tensors, in the order of `fetches`.

        Raises:
            ServingError: The request is beyond the limits; or TensorFlow's own, with its code and message.
        """
        self.limits.check(feeds.values())
        run = self._batched.run if self._batched else self._run_session
        started = time.monotonic()
        outputs = run(feeds, fetches, timeout_ms)
        self.when_run(self.name, api, time.monotonic() - started)
        return outputs

    def hold(self) -> "Servable":
        """Counts a request in; `with servable.hold():` counts it out at the end."""
        with self._lock:
            self._num_requests += 1
        return self

    def retire(self, when_idle: Callable[[], None]) -> None:
        """Closes the session as soon as no request runs.

        Args:
            when_idle: Called, in whichever thread that is, once it is closed.
        """
        with self._lock:
            self._when_idle = when_idle
            is_idle = not self._num_requests
        if is_idle:
            self._close()

    def __enter__(self) -> "Servable":
        """Nothing more to do than `hold` did."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Counts a request out."""
        with self._lock:
            self._num_requests -= 1
            is_last = self._when_idle is not None and not self._num_requests
        if is_last:
            self._close()

    def _run_session(
        self, feeds: Mapping[str, np.ndarray], fetches: Sequence[str], timeout_ms: int | None
    ) -> list[np.ndarray]:
        """As `run`, for one request.

        Session.run of Python checks shapes that the stock server does not check, and takes ten times as long; so the
        function beneath it is called.
        """
        wanted = list(dict.fromkeys(fetches))
        inputs = {self._output(name): array for name, array in feeds.items()}
        outputs = [self._output(name) for name in wanted]
        options = None
        if timeout_ms is not None:
            serialized = config_pb2.RunOptions(timeout_in_ms=timeout_ms).SerializeToString()
            options = pywrap_tf_session.TF_NewBufferFromString(serialized)
        try:
            tensors = pywrap_tf_session.TF_SessionRun_wrapper(
                self._session._session, options, inputs, outputs, [], None
            )
        except tf.errors.OpError as error:
            raise ServingError(Code(error.error_code), error.message) from error
        finally:
            if options is not None:
                pywrap_tf_session.TF_DeleteBuffer(options)
        by_name = dict(zip(wanted, map(_as_array, tensors), strict=True))
        return [by_name[name] for name in fetches]

    def _close(self) -> None:
        if self._batched:
            self._batched.close()
        self._outputs.clear()
        self._session.close()
        if self._when_idle:
            self._when_idle()

    def _output(self, name: str) -> Any:
        output = self._outputs.get(name)
        if output is None:
            try:
                output = self._session.graph.get_tensor_by_name(name)._as_tf_output()
            except (KeyError, ValueError) as error:
                message = f"Tensor {name}, specified in either feed_devices or fetch_devices was not found in the Graph"
                raise invalid_argument(message) from error
            self._outputs[name] = output
        return output


def _as_array(tensor: Any) -> np.ndarray:
    # A string without dimensions comes as plain bytes.
    return np.array(tensor, np.object_) if isinstance(tensor, bytes) else np.asarray(tensor)
