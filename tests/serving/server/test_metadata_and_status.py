from typing import Any

import grpc
import pytest
from tensorflow_serving.apis import get_model_metadata_pb2, get_model_status_pb2


def _metadata(name: str | None, *fields: str) -> Any:
    request = get_model_metadata_pb2.GetModelMetadataRequest(metadata_field=fields)
    if name is not None:
        request.model_spec.name = name
    return request


def test_metadata_holds_the_signatures(served: Any) -> None:
    response = served.prediction.GetModelMetadata(_metadata("two", "signature_def"))
    assert (response.model_spec.name, response.model_spec.version.value) == ("two", 1)
    assert response.model_spec.signature_name == ""
    signatures = get_model_metadata_pb2.SignatureDefMap()
    assert response.metadata["signature_def"].Unpack(signatures)
    assert {"serving_default", "swap"} <= set(signatures.signature_def)
    assert set(signatures.signature_def["swap"].inputs) == {"a", "b"}


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (_metadata(None, "signature_def"), "Missing ModelSpec"),
        (_metadata("absent"), "GetModelMetadataRequest must specify at least one metadata_field"),
        (_metadata("absent", "x"), "Metadata field x is not supported"),
    ],
)
def test_metadata_refuses_before_it_looks_for_the_model(served: Any, request_: Any, message: str) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        served.prediction.GetModelMetadata(request_)
    assert (caught.value.code(), caught.value.details()) == (grpc.StatusCode.INVALID_ARGUMENT, message)


def test_metadata_of_a_model_there_is_not(served: Any) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        served.prediction.GetModelMetadata(_metadata("absent", "signature_def"))
    assert caught.value.code() == grpc.StatusCode.NOT_FOUND


def test_rest_metadata_nests_the_signatures_and_prints_defaults(served: Any) -> None:
    status, answer = served.rest("GET", "/v1/models/half/labels/canary/metadata")
    assert status == 200
    assert answer["model_spec"] == {"name": "half", "signature_name": "", "version": "2"}
    signature = answer["metadata"]["signature_def"]["signature_def"]["serving_default"]
    assert signature["inputs"]["x"] == {
        "dtype": "DT_FLOAT",
        "name": "serving_default_x:0",
        "tensor_shape": {"dim": [{"size": "-1", "name": ""}], "unknown_rank": False},
    }
    assert signature["method_name"] == "tensorflow/serving/predict"


def _status(served: Any, name: str | None, version: int | None = None, label: str = "") -> list[tuple[int, int, int]]:
    request = get_model_status_pb2.GetModelStatusRequest()
    if name is not None:
        request.model_spec.name = name
    if version is not None:
        request.model_spec.version.value = version
    if label:
        request.model_spec.version_label = label
    rows = served.model.GetModelStatus(request).model_version_status
    return [(row.version, row.state, row.status.error_code) for row in rows]


AVAILABLE = get_model_status_pb2.ModelVersionStatus.AVAILABLE


def test_status_lists_versions_newest_first(served: Any) -> None:
    assert _status(served, "half") == [(3, AVAILABLE, 0), (2, AVAILABLE, 0), (1, AVAILABLE, 0)]
    assert _status(served, "half", 2) == [(2, AVAILABLE, 0)]
    # The stock server ignores labels here.
    assert len(_status(served, "half", label="canary")) == 3


@pytest.mark.parametrize(
    ("name", "version", "code", "message"),
    [
        (None, None, grpc.StatusCode.INVALID_ARGUMENT, "Missing ModelSpec"),
        ("m", None, grpc.StatusCode.NOT_FOUND, "Could not find any versions of model m"),
        ("half", 9, grpc.StatusCode.NOT_FOUND, "Could not find version 9 of model half"),
        ("m", 9, grpc.StatusCode.NOT_FOUND, "Could not find version 9 of model m"),
    ],
)
def test_status_refuses(served: Any, name: str | None, version: int | None, code: Any, message: str) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        _status(served, name, version)
    assert (caught.value.code(), caught.value.details()) == (code, message)


def test_rest_status_prints_versions_as_strings_and_codes_by_name(served: Any) -> None:
    expected = {"version": "1", "state": "AVAILABLE", "status": {"error_code": "OK", "error_message": ""}}
    assert served.rest("GET", "/v1/models/half/versions/1") == (200, {"model_version_status": [expected]})
    assert len(served.rest("GET", "/v1/models/half/labels/stable")[1]["model_version_status"]) == 3
