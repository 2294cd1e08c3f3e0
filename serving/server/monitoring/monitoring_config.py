"""Where metrics are told: the stock server's MonitoringConfig."""

import pathlib

from serving.server.text_proto import read_text_proto

DEFAULT_PATH = "/monitoring/prometheus/metrics"
_MESSAGE = "MonitoringConfig"
_MESSAGES = {
    "PrometheusConfig": {"enable": "bool", "path": "string"},
    _MESSAGE: {"prometheus_config": "PrometheusConfig"},
}


def metrics_path(path: pathlib.Path | None) -> str | None:
    """The path on the REST port that a text-format MonitoringConfig asks for; None where it asks for none.

    Args:
        path: The file; None for no metrics.

    Raises:
        UserError: The file cannot be read or says something else.
    """
    if path is None:
        return None
    prometheus = read_text_proto(path, _MESSAGE, _MESSAGES).prometheus_config
    return (prometheus.path or DEFAULT_PATH) if prometheus.enable else None
