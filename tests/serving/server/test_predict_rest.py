import base64
import gzip
import json
import math
from typing import Any

import numpy as np
import pytest


def _predict(served: Any, model: str, body: Any, status: int = 200) -> Any:
    answered, answer = served.rest("POST", f"/v1/models/{model}:predict", body)
    assert answered == status, answer
    return answer if status == 200 else answer["error"]


def _types(served: Any, signature: str, x: Any, status: int = 200) -> Any:
    answer = _predict(served, "types", {"signature_name": signature, "inputs": x}, status)
    return answer["outputs"] if status == 200 else answer


def test_rows_give_predictions_and_columns_give_outputs(served: Any) -> None:
    assert _predict(served, "half", {"instances": [1.0, 2.0]}) == {"predictions": [4.5, 5.0]}
    assert _predict(served, "half", {"instances": [{"x": 1}, {"x": 2}]}) == {"predictions": [4.5, 5.0]}
    assert _predict(served, "half", {"inputs": [1.0, 2.0]}) == {"outputs": [4.5, 5.0]}
    assert _predict(served, "half", {"inputs": {"x": [1.0]}}) == {"outputs": [4.5]}
    rows = [{"a": 1, "b": 2}, {"a": 3, "b": 4}]
    swapped = _predict(served, "two", {"signature_name": "swap", "instances": rows})
    assert swapped == {"predictions": [{"a": 2.0, "b": 1.0}, {"a": 4.0, "b": 3.0}]}
    columns = {"signature_name": "swap", "inputs": {"a": [1], "b": [2]}}
    assert _predict(served, "two", columns) == {"outputs": {"a": [2.0], "b": [1.0]}}


@pytest.mark.parametrize(
    ("path", "offset"),
    [
        ("/v1/models/half", 4.0),
        ("/v1/models/half/versions/1", 2.0),
        ("/v1/models/half/labels/canary", 3.0),
        ("/V1/Models/half/Versions/002", 3.0),
        ("/v1/models/%68alf", 4.0),
    ],
)
def test_the_path_names_model_version_or_label(served: Any, path: str, offset: float) -> None:
    assert served.rest("POST", f"{path}:predict", {"instances": [0]}) == (200, {"predictions": [offset]})


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/v1/foo", 400, "Malformed request: GET /v1/foo"),
        ("GET", "/v1/", 400, "Malformed request: GET /v1/"),
        ("GET", "/v1/models/half/", 400, "Malformed request: GET /v1/models/half/"),
        ("GET", "/v1/models/half:predict", 400, "Malformed request: GET /v1/models/half:predict"),
        ("POST", "/v1/models/half", 400, "Malformed request: POST /v1/models/half"),
        ("POST", "/v1/models/half:predict?x", 400, "Malformed request: POST /v1/models/half:predict?x"),
        ("POST", "/v1/models/half:explain", 400, "Malformed request: POST /v1/models/half:explain"),
        ("POST", "/v1/models/half:PREDICT", 400, "Malformed request: POST /v1/models/half:PREDICT"),
        ("DELETE", "/v1/models/half", 400, "Malformed request: DELETE /v1/models/half"),
        ("GET", "/v1/models", 400, "Missing model name in request."),
        ("GET", "/v1/models/metadata", 404, "Could not find any versions of model metadata"),
        ("GET", "/v1/models/half?x", 404, "Could not find any versions of model half?x"),
        ("GET", "/v1/models/half/versions/99", 404, "Could not find version 99 of model half"),
        ("GET", f"/v1/models/half/versions/{2**63}", 400, f"Failed to convert version: {2**63} to numeric."),
        ("GET", "/v1/models/absent/metadata", 404, "Servable not found for request: Latest(absent)"),
        ("POST", "/v1/models/absent:predict", 404, "Servable not found for request: Latest(absent)"),
        ("POST", "/v1/models/half/versions/99:predict", 404, "Servable not found for request: Specific(half, 99)"),
        ("POST", "/v1/models/half/labels/x:predict", 400, "Unrecognized servable version label: x"),
    ],
)
def test_paths_that_lead_nowhere(served: Any, method: str, path: str, status: int, error: str) -> None:
    assert served.rest(method, path, b'{"instances": [1]}') == (status, {"error": error})


def test_paths_outside_the_api_are_bare_404s(served: Any) -> None:
    for path in ("/", "/v1", "/v2/models/half", "/favicon.ico"):
        assert served.raw("GET", path) == (404, b"")


ITEM = "Failed to process element: 0 of 'instances' list. Error: INVALID_ARGUMENT: "


@pytest.mark.parametrize(
    ("model", "body", "error"),
    [
        ("half", b"", "JSON Parse error: The document is empty"),
        ("half", b"  ", "JSON Parse error: The document is empty. at offset: 2"),
        ("half", b'{"instances": [1, }', "JSON Parse error: Invalid value. at offset: 18"),
        ("half", b'{"instances": [1', "JSON Parse error: Missing a comma or ']' after an array element. at offset: 16"),
        (
            "half",
            b'{"instances": [1]',
            "JSON Parse error: Missing a comma or '}' after an object member. at offset: 17",
        ),
        ("half", b"{instances: [1]}", "JSON Parse error: Missing a name for object member. at offset: 1"),
        ("half", b'{"a" 1}', "JSON Parse error: Missing a colon after a name of object member. at offset: 5"),
        ("half", b'{"a": "x}', "JSON Parse error: Missing a closing quotation mark in string. at offset: 6"),
        ("half", b"{} {}", "JSON Parse error: The document root must not be followed by other values. at offset: 3"),
        ("half", [1], "JSON Value: [\n    1\n] Is not object"),
        ("half", {}, "Missing 'inputs' or 'instances' key"),
        (
            "half",
            {"signature_name": 1},
            'JSON Value: {\n    "signature_name": 1\n} not formatted correctly. '
            "'signature_name' key must be a string value.",
        ),
        ("half", {"signature_name": "x"}, 'Serving signature name: "x" not found in signature def'),
        ("half", {"instances": ["x"]}, ITEM + 'JSON Value: "x" Type: String is not of expected type: float'),
        ("half", {"instances": [True]}, ITEM + "JSON Value: true Type: True is not of expected type: float"),
        ("half", {"instances": [None]}, ITEM + "JSON Value: null Type: Null is not of expected type: float"),
        (
            "half",
            {"instances": [16777216]},
            ITEM + "Cannot convert JSON value: 16777216 to float without loss of precision.",
        ),
        (
            "types",
            {"signature_name": "matrix", "instances": [[1, 2], [1, 2, 3]]},
            "Failed to process element: 1 of 'instances' list. Error: INVALID_ARGUMENT: Expecting tensor size: 2 but "
            "got: 3",
        ),
        (
            "types",
            {"signature_name": "matrix", "instances": [[[1, 2]], [[1], [2]]]},
            "Failed to process element: 1 of 'instances' list. Error: INVALID_ARGUMENT: Expecting shape [1,2] but got: "
            "[2,1]",
        ),
        (
            "types",
            {"signature_name": "matrix", "inputs": [[1, 2], [3]]},
            "Encountered list at unexpected size: 1 at level: 1 expected size: 2",
        ),
        (
            "types",
            {"signature_name": "matrix", "inputs": [[1, 2], 3]},
            "JSON Value: 3 found at incorrect level: 2 in the JSON DOM. Expected at level: 2",
        ),
        (
            "types",
            {"signature_name": "matrix", "inputs": [1, [2]]},
            "Encountered list at unexpected level: 1 expected < 1",
        ),
        ("two", {"inputs": {"b": [1]}}, "Missing named input: a in 'inputs' object."),
        (
            "two",
            {"inputs": [1]},
            "inputs is a plain value/list, but expecting an object as multiple input tensors required as per "
            "tensorinfo_map",
        ),
        (
            "two",
            {"instances": [1]},
            "instances is a plain list, but expecting list of objects as multiple input tensors required as per "
            "tensorinfo_map",
        ),
        (
            "two",
            {"instances": [{"a": 1}]},
            "Failed to process element: 0 of 'instances' list. JSON object: {\n    \"a\": 1\n} keys must be equal to: "
            "a,b",
        ),
        (
            "two",
            {"instances": [{"c": 1}]},
            "Failed to process element: 0 key: c of 'instances' list. Error: INVALID_ARGUMENT: JSON object: does not "
            "have named input: c",
        ),
        ("half", {"instances": [{"x": 1}, 1]}, "Expecting object but got list at item 1 of input list"),
        ("half", {"instances": [1, {"x": 1}]}, "Expecting value/list but got object at item 1 of input list"),
        ("half", {"instances": 1}, "JSON Value: {\n    \"instances\": 1\n} Excepting 'instances' to be an list/array"),
        ("half", {"instances": []}, "JSON Value: {\n    \"instances\": []\n} No values in 'instances' array"),
        (
            "half",
            {"instances": [1], "inputs": [1]},
            'JSON Value: {\n    "instances": [\n        1\n    ],\n    "inputs": [\n        1\n    ]\n} '
            "Not formatted correctly expecting only one of 'inputs' or 'instances' keys to exist ",
        ),
        (
            "two",
            {"instances": [{"a": 1, "b": 2}, {"a": 1, "b": 2}]},
            "Tensor name: sum has inconsistent batch size: 2 expecting: 1",
        ),
    ],
)
def test_bodies_that_do_not_fit(served: Any, model: str, body: Any, error: str) -> None:
    assert _predict(served, model, body, status=400) == error


def test_a_body_of_brackets_is_refused_like_any_other(served: Any) -> None:
    assert _predict(served, "half", b"[" * 100_000, status=400).startswith("JSON Parse error: ")
    assert _predict(served, "half", b'{"instances": [' + b"9" * 10_000 + b"]}", status=400).startswith("JSON Parse")


def test_errors_of_the_model_and_of_types_have_their_status(served: Any) -> None:
    assert "half" in _types(served, "half", [1], status=501)
    status, answer = served.rest("POST", "/v1/models/two:predict", {"inputs": {"a": [1, 2], "b": [1, 2, 3]}})
    assert status == 400
    assert "must be equal" in answer["error"] or "Incompatible shapes" in answer["error"]


@pytest.mark.parametrize(
    ("signature", "values"),
    [
        ("float32", [[1.5, -2.0]]),
        ("float64", [1e300]),
        ("int32", [-(2**31), 2**31 - 1]),
        ("int16", [-300]),
        ("int8", [-128]),
        ("uint8", [255]),
        ("int64", [-(2**63), 2**63 - 1]),
        ("uint32", [2**32 - 1]),
        ("uint64", [2**64 - 1]),
        ("bool", [True, False]),
        ("string", ["ü\n", ""]),
        ("string", "scalar"),
        ("int64", [[], []]),
    ],
)
def test_every_type_comes_back(served: Any, signature: str, values: Any) -> None:
    assert _types(served, signature, values) == values


@pytest.mark.parametrize(
    ("signature", "value", "type_"),
    [
        ("int32", 2**31, "Number"),
        ("int32", 1.0, "Number"),
        ("int64", True, "True"),
        ("uint64", -1, "Number"),
        ("bool", 1, "Number"),
        ("string", 1, "Number"),
        ("float32", {"b64": "AA=="}, "Object"),
    ],
)
def test_other_types_are_refused(served: Any, signature: str, value: Any, type_: str) -> None:
    name = {"float32": "float"}.get(signature, signature)
    error = _types(served, signature, {"x": [value]}, status=400)
    assert error.endswith(f"Type: {type_} is not of expected type: {name}")


def test_bytes_travel_as_base64(served: Any) -> None:
    content = bytes(range(256))
    sent = {"b64": base64.b64encode(content).decode()}
    row = served.raw("POST", "/v1/models/text:predict", json.dumps({"instances": [sent]}))[1]
    document = json.loads(row.decode("utf-8", errors="surrogateescape"))["predictions"][0]
    assert base64.b64decode(document["echo_bytes"]["b64"]) == content
    assert document["echo"].encode("utf-8", errors="surrogateescape") == content
    length = {"signature_name": "length", "inputs": sent}
    assert _predict(served, "text", length) == {"outputs": 256}
    zero = {"b64": "AA=="}
    assert _predict(served, "text", {"instances": [{"text": zero}]})["predictions"][0] == {
        "echo": "\0",
        "echo_bytes": zero,
    }


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ({"b64": "AA==", "x": 1}, "JSON object: does not have named input: b64"),
        ({"text": {"b64": 1}}, "not formatted correctly for base64 data"),
        ({"b64": "!"}, "Unable to base64 decode"),
    ],
)
def test_other_objects_are_no_bytes(served: Any, value: Any, error: str) -> None:
    assert error in _predict(served, "text", {"instances": [value]}, status=400)


def test_floats_are_written_as_the_stock_server_writes_them(served: Any) -> None:
    values = [3, 0.1, 1 / 3, 123456.0, 1234567.0, 1e-5, 9e6, 16777215.0, 0.0]
    body = served.raw("POST", "/v1/models/types:predict", json.dumps({"signature_name": "float32", "inputs": values}))[
        1
    ]
    text = body.decode().partition("[")[2].partition("]")[0]
    expected = "3.0, 0.1, 0.333333343, 123456.0, 1234567.0, 1e-05, 9e+06, 16777215.0, 0.0"
    assert text == expected
    double = served.raw(
        "POST", "/v1/models/types:predict", b'{"signature_name": "float64", "inputs": [0.1, 0.3333333333333333]}'
    )[1]
    assert double.decode().partition("[")[2].partition("]")[0] == "0.1, 0.33333333333333331"


def test_floats_come_back_exactly(served: Any) -> None:
    values = np.frombuffer(np.random.default_rng(5).bytes(8000), np.float32)
    values = values[np.isfinite(values)]
    body = json.dumps({"signature_name": "float32", "inputs": [float(value) for value in values]})
    answer = json.loads(served.raw("POST", "/v1/models/types:predict", body)[1])["outputs"]
    np.testing.assert_array_equal(np.array(answer, np.float32), values)


def test_nan_and_infinity_are_numbers_both_ways(served: Any) -> None:
    body = b'{"signature_name": "float32", "inputs": [NaN, Infinity, -Infinity]}'
    status, answer = served.raw("POST", "/v1/models/types:predict", body)
    assert status == 200
    assert b"[NaN, Infinity, -Infinity]" in answer
    assert math.isnan(json.loads(answer)["outputs"][0])


def test_gzip_bodies_are_read(served: Any) -> None:
    body = gzip.compress(b'{"instances": [2.0]}')
    answer = served.rest("POST", "/v1/models/half:predict", body, **{"Content-Encoding": "gzip"})
    assert answer == (200, {"predictions": [5.0]})
    large = gzip.compress(b'{"signature_name": "length", "instances": ["' + b"x" * 50_000_000 + b'"]}', 1)
    answer = served.rest("POST", "/v1/models/text:predict", large, **{"Content-Encoding": "gzip"})
    assert answer == (200, {"predictions": [50_000_000]})
    wrong = served.rest("POST", "/v1/models/half:predict", b"no gzip", **{"Content-Encoding": "gzip"})
    assert wrong == (400, {"error": "JSON Parse error: The document is empty"})


def test_bodies_may_be_large_and_not_utf8(served: Any) -> None:
    text = b"x" * 9_000_000
    body = b'{"signature_name": "length", "instances": ["' + text + b'\xff"]}'
    assert _predict(served, "text", body) == {"predictions": [9_000_001]}
    half_a_pair = b'{"instances": ["\\ud800"]}'
    assert "surrogate pair in string is invalid" in _predict(served, "text", half_a_pair, status=400)


def test_connections_are_kept(served: Any) -> None:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", served.rest_port)
    for _ in range(3):
        connection.request("POST", "/v1/models/half:predict", b'{"instances": [1]}')
        response = connection.getresponse()
        assert json.loads(response.read()) == {"predictions": [4.5]}
        assert response.headers["Content-Type"] == "application/json"
    connection.close()


def test_a_run_that_takes_too_long_is_a_504(serve: Any, exported: Any, tmp_path: Any) -> None:
    (tmp_path / "1").symlink_to(exported / "slow")
    with serve(model_name="slow", model_base_path=str(tmp_path), rest_api_timeout_in_ms=200) as served:
        status, _ = served.rest("POST", "/v1/models/slow:predict", {"inputs": 10**8})
        assert status == 504
        assert served.rest("POST", "/v1/models/slow:predict", {"inputs": 1})[0] == 200
