"""Prometheus metrics, under the stock server's names."""

import pathlib
import re
from typing import Any

import grpc
import pytest
from tensorflow_serving.apis import classification_pb2, inference_pb2

from models.user_error import UserError
from serving.server.monitoring.series import Counter, Histogram

PAGE = "/monitoring/prometheus/metrics"


@pytest.fixture
def base(exported: pathlib.Path, tmp_path: pathlib.Path) -> str:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "1").symlink_to(exported / "examples")
    return str(tmp_path / "base")


def _config(folder: pathlib.Path, text: str) -> pathlib.Path:
    path = folder / "monitoring.config"
    path.write_text(text, encoding="utf-8")
    return path


def _request(message: Any) -> Any:
    message.model_spec.name = "m"
    message.input.example_list.examples.add().features.feature["x"].float_list.value.append(1)
    return message


def test_requests_are_counted_and_timed(serve: Any, base: str, tmp_path: pathlib.Path) -> None:
    config = _config(tmp_path, "prometheus_config { enable: true }")
    with serve(model_name="m", model_base_path=base, monitoring_config_file=config) as served:
        for _ in range(2):
            served.prediction.Classify(_request(classification_pb2.ClassificationRequest()))
        with pytest.raises(grpc.RpcError):
            served.prediction.Classify(classification_pb2.ClassificationRequest(model_spec={"name": 'no "such"'}))
        multi = inference_pb2.MultiInferenceRequest()
        multi.input.example_list.examples.add().features.feature["x"].float_list.value.append(1)
        multi.tasks.add(method_name="tensorflow/serving/classify").model_spec.name = "m"
        served.prediction.MultiInference(multi)
        assert served.rest("POST", "/v1/models/m:classify", {"examples": [{"x": 1.0}]})[0] == 200
        assert served.rest("POST", "/v1/models/m:predict", {"x": 1})[0] == 400
        status, page = served.raw("GET", PAGE)
        assert served.raw("GET", "/other")[0] == 404
    assert status == 200
    lines = page.decode().splitlines()
    prefix = ":tensorflow:serving:"
    for line in (
        f"# TYPE {prefix}request_count counter",
        f'{prefix}request_count{{model_name="m",status="OK"}} 4',
        f'{prefix}request_count{{model_name="m",status="INVALID_ARGUMENT"}} 1',
        f'{prefix}request_count{{model_name="no \\"such\\"",status="NOT_FOUND"}} 1',
        f"# TYPE {prefix}request_latency histogram",
        f'{prefix}request_latency_count{{model_name="m",API="Classify",entrypoint="GRPC"}} 2',
        f'{prefix}request_latency_count{{model_name="m",API="Classify",entrypoint="REST"}} 1',
        f'{prefix}request_latency_bucket{{model_name="m",API="Classify",entrypoint="GRPC",le="+Inf"}} 2',
        f'{prefix}request_latency_count{{model_name="m",API="MultiInference",entrypoint="GRPC"}} 1',
        f'{prefix}runtime_latency_count{{model_name="m",API="Classify",runtime="TF1"}} 3',
    ):
        assert line in lines
    # Whatever reads Prometheus' format can read each line.
    sample = re.compile(r':[a-z_:]+\{([A-Za-z_]+="(\\.|[^"\\])*",?)+\} [0-9.]+')
    assert [line for line in lines if not line.startswith("# TYPE ") and not sample.fullmatch(line)] == []


def test_the_page_can_be_elsewhere_or_nowhere(serve: Any, base: str, tmp_path: pathlib.Path) -> None:
    options = {"model_name": "m", "model_base_path": base}
    elsewhere = _config(tmp_path, 'prometheus_config { enable: true path: "/metrics" }')
    with serve(**options, monitoring_config_file=elsewhere) as served:
        assert (served.raw("GET", "/metrics")[0], served.raw("GET", PAGE)[0]) == (200, 404)
    with serve(**options, monitoring_config_file=_config(tmp_path, "prometheus_config { }")) as served:
        assert served.raw("GET", PAGE)[0] == 404
    with serve(**options) as served:
        assert served.raw("GET", PAGE)[0] == 404


def test_a_bad_config_ends_the_start(serve: Any, base: str, tmp_path: pathlib.Path) -> None:
    config = _config(tmp_path, "prometheus { }")
    with (
        pytest.raises(UserError, match=r"Error parsing text-format tensorflow.serving.MonitoringConfig"),
        serve(model_name="m", model_base_path=base, monitoring_config_file=config),
    ):
        pass


def test_buckets_are_the_stock_servers() -> None:
    histogram = Histogram("h", ("a",))
    for value in (0, 9.9, 10, 17, 1e12):
        histogram.add(value, "x")
    lines = histogram.lines()
    assert lines[:4] == [
        "# TYPE h histogram",
        'h_bucket{a="x",le="10"} 2',
        'h_bucket{a="x",le="18"} 4',
        'h_bucket{a="x",le="32.4"} 4',
    ]
    assert len([line for line in lines if "_bucket" in line]) == 34
    assert lines[-3:] == ['h_bucket{a="x",le="+Inf"} 5', 'h_sum{a="x"} 1000000000036.9', 'h_count{a="x"} 5']


def test_names_that_clients_make_up_do_not_fill_the_memory() -> None:
    counter = Counter("c", ("name",))
    for number in range(2000):
        counter.add(f"model {number}")
    counter.add("model 0")
    assert len(counter.lines()) == 1001
    assert 'c{name="model 0"} 2' in counter.lines()
