"""One request that asks for more than the server gives: a refusal in words, before the graph runs."""

import pathlib
import socket
import time
from typing import Any

import grpc
import pytest
from tensorflow_serving.apis import predict_pb2

from serving.server.flags import parse_flags
from serving.server.options import ServerOptions

TEXT, SLOW = "/v1/models/text:predict", "/v1/models/slow:predict"


def _server(exported: pathlib.Path, folder: pathlib.Path, name: str) -> dict[str, Any]:
    (folder / "1").symlink_to(exported / name)
    return {"model_name": name, "model_base_path": str(folder)}


def _request(texts: list[bytes]) -> Any:
    request = predict_pb2.PredictRequest()
    request.model_spec.name, request.model_spec.signature_name = "text", "length"
    request.inputs["text"].dtype = 7
    request.inputs["text"].tensor_shape.dim.add(size=len(texts))
    request.inputs["text"].string_val.extend(texts)
    return request


def _refusal(served: Any, request: Any, timeout: float = 20) -> tuple[str, str]:
    with pytest.raises(grpc.RpcError) as error:
        served.prediction.Predict(request, timeout=timeout)
    return error.value.code().name, error.value.details()


def test_without_flags_only_this_machine_is_answered_and_all_is_bounded() -> None:
    options = parse_flags(["--model_base_path=/m"], "server")
    assert options == ServerOptions(model_base_path="/m")
    assert options.host == "127.0.0.1"
    bounds = (
        *(options.rest_api_max_body_bytes, options.grpc_max_request_bytes, options.max_rows_per_request),
        *(options.max_text_bytes, options.rest_api_timeout_in_ms, options.grpc_max_timeout_in_ms),
        options.max_requests_in_flight,
    )
    assert all(bound > 0 for bound in bounds)


def test_rows_and_texts_are_bounded_by_rest_and_grpc(
    serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    limits = {"max_rows_per_request": 3, "max_text_bytes": 10}
    with serve(**_server(exported, tmp_path, "text"), **limits) as served:
        assert served.prediction.Predict(_request([b"a" * 10] * 3), timeout=20).outputs["length"].int_val == [10] * 3
        rows = "the request has 4 rows, more than the 3 that --max_rows_per_request allows"
        text = "a text of the request has 12 bytes, more than the 10 that --max_text_bytes allows"
        assert _refusal(served, _request([b"a"] * 4)) == ("INVALID_ARGUMENT", rows)
        assert _refusal(served, _request([b"a", "é".encode() * 6])) == ("INVALID_ARGUMENT", text)
        asked = {"signature_name": "length"}
        assert served.rest("POST", TEXT, {**asked, "instances": ["a"] * 4}) == (400, {"error": rows})
        assert served.rest("POST", TEXT, {**asked, "instances": ["é" * 6]}) == (400, {"error": text})
        assert served.rest("POST", TEXT, {**asked, "instances": ["a" * 10]}) == (200, {"predictions": [10]})


def test_large_messages_are_refused_by_grpc(serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path) -> None:
    with serve(**_server(exported, tmp_path, "text"), grpc_max_request_bytes=1000) as served:
        code, words = _refusal(served, _request([b"a" * 2000]))
        assert code == "RESOURCE_EXHAUSTED"
        assert "larger than max" in words
        assert served.prediction.Predict(_request([b"a" * 500]), timeout=20).outputs["length"].int_val == [500]


def test_no_client_may_have_a_thread_for_as_long_as_it_likes(
    serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    request = predict_pb2.PredictRequest()
    request.model_spec.name = "slow"
    request.inputs["rounds"].dtype = 3
    request.inputs["rounds"].int_val.append(100_000_000)
    with serve(**_server(exported, tmp_path, "slow"), grpc_max_timeout_in_ms=300) as served:
        for timeout in (None, 60):
            started = time.monotonic()
            assert _refusal(served, request, timeout)[0] == "DEADLINE_EXCEEDED"
            assert time.monotonic() - started < 30


def test_a_body_that_comes_byte_by_byte_is_not_waited_for(
    serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    limits = {"rest_api_timeout_in_ms": 500, "max_requests_in_flight": 1}
    with serve(**_server(exported, tmp_path, "text"), **limits) as served:
        with socket.create_connection(("127.0.0.1", served.rest_port), timeout=20) as slow:
            slow.sendall(f"POST {TEXT} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{{".encode())
            answer = b""
            while part := slow.recv(4096):
                answer += part
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b'"error": "the body did not arrive within 500 ms"' in answer
        assert served.rest("POST", TEXT, {"signature_name": "length", "instances": ["a"]})[0] == 200
