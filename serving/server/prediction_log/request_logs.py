"""Which requests are logged, and as what."""

import dataclasses
import random
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from tensorflow_serving.apis import prediction_log_pb2

from serving.server.prediction_log.log_file import LogFile

_TAGS = ("serve",)


@dataclasses.dataclass(frozen=True)
class LogSettings:
    """What a model's `logging_config` says.

    Attributes:
        prefix: The files' folder and how their names begin.
        rate: The share of requests that are logged, from 0 to 1.
    """

    prefix: str
    rate: float


class RequestLogs:
    """Logs a sample of the requests that went well, each with its answer, as a PredictionLog."""

    def __init__(self, dropped: Callable[[str], None]) -> None:
        """Logs nothing yet.

        Args:
            dropped: Told the model of each request that was to be logged while too many waited.
        """
        self._dropped = dropped
        self._lock = threading.Lock()
        self._settings: Mapping[str, LogSettings] = {}
        self._files: dict[str, LogFile] = {}

    def update(self, settings: Mapping[str, LogSettings]) -> None:
        """Logs these models from now on; files of a prefix that goes on being used stay open."""
        with self._lock:
            prefixes = {one.prefix for one in settings.values()}
            superfluous = [self._files.pop(prefix) for prefix in self._files.keys() - prefixes]
            self._files.update((prefix, LogFile(prefix)) for prefix in prefixes - self._files.keys())
            self._settings = settings
        for file in superfluous:
            file.close()

    def wants(self, model: str) -> bool:
        """Whether a request of a model falls into the sample; asked once for each request."""
        settings = self._settings.get(model)
        return settings is not None and random.random() < settings.rate  # noqa: S311 (nothing secret)

    def add(self, kind: str, spec: Any, request: Any, response: Any) -> None:
        """Logs a request without waiting.

        Args:
            kind: The field of PredictionLog, such as `predict_log`.
            spec: The ModelSpec of the answer.
            request: The request.
            response: Its answer.
        """
        settings = self._settings.get(spec.name)
        file = self._files.get(settings.prefix) if settings else None
        if settings is None or file is None:
            return
        log = prediction_log_pb2.PredictionLog()
        metadata = log.log_metadata
        metadata.model_spec.CopyFrom(spec)
        metadata.sampling_config.sampling_rate = settings.rate
        metadata.saved_model_tags.extend(_TAGS)
        metadata.timestamp_secs = int(time.time())
        getattr(log, kind).request.CopyFrom(request)
        getattr(log, kind).response.CopyFrom(response)
        if not file.add(log.SerializeToString()):
            self._dropped(spec.name)

    def close(self) -> None:
        """Returns when all that was logged is written."""
        self.update({})
