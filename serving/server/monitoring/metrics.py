"""The server's metrics."""

from serving.server.monitoring.series import Counter, Histogram
from serving.server.serving_error import Code

_PREFIX = ":tensorflow:serving:"


class Metrics:
    """All that is counted and timed; may be used from any thread."""

    def __init__(self) -> None:
        """Nothing has happened yet."""
        self._requests = Counter(f"{_PREFIX}request_count", ("model_name", "status"))
        self._request_latency = Histogram(f"{_PREFIX}request_latency", ("model_name", "API", "entrypoint"))
        self._runtime_latency = Histogram(f"{_PREFIX}runtime_latency", ("model_name", "API", "runtime"))
        self._dropped_logs = Counter(":bertline:serving:prediction_log_dropped", ("model_name",))

    def add_request(self, model: str, api: str, entrypoint: str, code: Code, seconds: float) -> None:
        """A request was answered.

        Args:
            model: The name of the model that was asked for.
            api: `Predict` or another method.
            entrypoint: `GRPC` or `REST`.
            code: How it ended; only those that went well are timed.
            seconds: How long it took.
        """
        self._requests.add(model, code.name)
        if code == Code.OK:
            self._request_latency.add(seconds * 1e6, model, api, entrypoint)

    def add_run(self, model: str, api: str, seconds: float) -> None:
        """TensorFlow ran a model for a request.

        Args:
            model: Its name.
            api: `Predict` or another method.
            seconds: How long the request waited for it, in a queue too.
        """
        self._runtime_latency.add(seconds * 1e6, model, api, "TF1")

    def add_dropped_log(self, model: str) -> None:
        """A request of a model was to be logged, but the log's queue was full."""
        self._dropped_logs.add(model)

    def text(self) -> str:
        """All of them, as Prometheus reads it."""
        series = (self._dropped_logs, self._requests, self._request_latency, self._runtime_latency)
        return "\n".join(line for one in series for line in one.lines()) + "\n"
