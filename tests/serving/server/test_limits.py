"""More than the server can take: quick refusals, and all is well afterwards."""

import concurrent.futures
import gzip
import http.client
import json
import pathlib
import threading
import time
from typing import Any

import grpc
import pytest
from tensorflow_serving.apis import predict_pb2


@pytest.fixture
def slow(exported: pathlib.Path, tmp_path: pathlib.Path) -> dict[str, str]:
    (tmp_path / "1").symlink_to(exported / "slow")
    return {"model_name": "slow", "model_base_path": str(tmp_path)}


def _request(rounds: int) -> Any:
    request = predict_pb2.PredictRequest()
    request.model_spec.name = "slow"
    request.inputs["rounds"].dtype = 3
    request.inputs["rounds"].int_val.append(rounds)
    return request


def test_grpc_refuses_what_is_beyond_its_limit(serve: Any, slow: dict[str, str]) -> None:
    with serve(**slow, max_requests_in_flight=4, grpc_max_threads=2) as served:
        refused_after: list[float] = []

        def ask(_: int) -> str:
            started = time.monotonic()
            try:
                served.prediction.Predict(_request(300), timeout=60)
            except grpc.RpcError as error:
                refused_after.append(time.monotonic() - started)
                return str(error.code().name)
            return "OK"

        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            outcomes = list(pool.map(ask, range(16)))
        assert set(outcomes) == {"OK", "RESOURCE_EXHAUSTED"}
        assert outcomes.count("OK") >= 4
        # The slow ones take longer than all refusals together.
        assert sorted(refused_after)[len(refused_after) // 2] < 1
        assert served.prediction.Predict(_request(1), timeout=10).outputs["y"].float_val[0] == 1


def test_rest_refuses_what_is_beyond_its_limit(serve: Any, slow: dict[str, str]) -> None:
    with serve(**slow, max_requests_in_flight=2, rest_api_num_threads=1) as served:
        statuses: list[int] = []

        def ask(_: int) -> tuple[int, Any]:
            return served.rest("POST", "/v1/models/slow:predict", {"inputs": {"rounds": 300}})

        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(ask, range(12)))
        statuses = [status for status, _ in answers]
        assert set(statuses) == {200, 429}
        assert (429, {"error": "Concurrent request limit exceeded!"}) in answers
        assert served.rest("POST", "/v1/models/slow:predict", {"inputs": {"rounds": 1}})[0] == 200


def test_probes_are_answered_whatever_the_load(serve: Any, slow: dict[str, str]) -> None:
    with (
        serve(**slow, max_requests_in_flight=2, rest_api_num_threads=1) as served,
        concurrent.futures.ThreadPoolExecutor(4) as pool,
    ):
        asked = [
            pool.submit(served.rest, "POST", "/v1/models/slow:predict", {"inputs": {"rounds": 2000}}) for _ in range(4)
        ]
        time.sleep(0.3)
        assert served.states("slow") == {1: "AVAILABLE"}
        assert not all(one.done() for one in asked)


def test_a_deadline_that_passed_in_the_queue_costs_nothing(serve: Any, slow: dict[str, str]) -> None:
    with serve(**slow, grpc_max_threads=1) as served:
        first = served.prediction.Predict.future(_request(2000), timeout=60)
        time.sleep(0.1)
        late = [served.prediction.Predict.future(_request(100_000), timeout=0.2) for _ in range(8)]
        assert {call.code() for call in late} == {grpc.StatusCode.DEADLINE_EXCEEDED}
        first.result()
        started = time.monotonic()
        served.prediction.Predict(_request(1), timeout=30)
        assert time.monotonic() - started < 10


def test_long_bodies_are_refused(serve: Any, slow: dict[str, str]) -> None:
    with serve(**slow, rest_api_max_body_bytes=1000) as served:
        path, answer = "/v1/models/slow:predict", (413, {"error": "the body has more than 1000 bytes"})
        body = json.dumps({"inputs": {"rounds": 1}})
        assert served.rest("POST", path, (body + " " * (1000 - len(body))).encode())[0] == 200
        assert served.rest("POST", path, (body + " " * (1001 - len(body))).encode()) == answer
        # What is small only while it is compressed is not small.
        packed = gzip.compress((body + " " * 10_000_000).encode())
        assert served.rest("POST", path, packed, **{"Content-Encoding": "gzip"}) == answer
        connection = http.client.HTTPConnection("127.0.0.1", served.rest_port, timeout=20)
        connection.request("POST", path, (body.encode() for _ in range(3)), encode_chunked=True)
        assert connection.getresponse().status == 400
        connection.close()


def test_memory_does_not_grow_under_four_times_the_load(serve: Any, slow: dict[str, str]) -> None:
    def resident() -> int:
        status = pathlib.Path("/proc/self/status").read_text(encoding="utf-8")
        return int(status.partition("VmRSS:")[2].split()[0]) // 1024

    with serve(**slow, max_requests_in_flight=8, grpc_max_threads=4) as served:
        stop, outcomes = threading.Event(), []

        def work() -> None:
            while not stop.is_set():
                try:
                    served.prediction.Predict(_request(20), timeout=30)
                    outcomes.append("OK")
                except grpc.RpcError as error:
                    outcomes.append(error.code().name)
                    time.sleep(0.01)

        threads = [threading.Thread(target=work) for _ in range(32)]
        for thread in threads:
            thread.start()
        time.sleep(1)
        before = resident()
        time.sleep(2)
        grown = resident() - before
        stop.set()
        for thread in threads:
            thread.join()
    assert set(outcomes) == {"OK", "RESOURCE_EXHAUSTED"}
    assert grown < 40


def test_a_body_that_cannot_be_unpacked_spoils_no_later_request(
    serve: Any, slow: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with serve(**slow) as served:
        connection = http.client.HTTPConnection("127.0.0.1", served.rest_port, timeout=20)
        path, body = "/v1/models/slow:predict", json.dumps({"inputs": {"rounds": 1}})
        for _ in range(5):
            for method, where, status in (("POST", path, 400), ("GET", "/v1/models/slow", 200)):
                connection.request(method, where, body, {"Content-Encoding": "gzip"})
                response = connection.getresponse()
                assert (response.status, response.getheader("Connection")) == (status, "close")
                response.read()
            connection.request("POST", path, body)
            response = connection.getresponse()
            assert response.status == 200
            response.read()
        connection.close()
    assert "Unhandled" not in caplog.text
