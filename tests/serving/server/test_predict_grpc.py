import pathlib
from typing import Any

import grpc
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.framework import tensor_pb2, types_pb2
from tensorflow_serving.apis import predict_pb2


def _request(
    model: str, signature: str = "", outputs: tuple[str, ...] = (), **inputs: Any
) -> predict_pb2.PredictRequest:
    request = predict_pb2.PredictRequest(output_filter=outputs)
    request.model_spec.name, request.model_spec.signature_name = model, signature
    for name, value in inputs.items():
        proto = value if isinstance(value, tensor_pb2.TensorProto) else tf.make_tensor_proto(value)
        request.inputs[name].CopyFrom(proto)
    return request


def _refusal(served: Any, request: Any, **call: Any) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.RpcError) as caught:
        served.prediction.Predict(request, **call)
    return caught.value.code(), caught.value.details()


INVALID = grpc.StatusCode.INVALID_ARGUMENT


def test_answers_with_listed_values_and_the_resolved_version(served: Any) -> None:
    response = served.prediction.Predict(_request("half", x=np.array([1, 2], np.float32)))
    assert list(response.outputs["y"].float_val) == [4.5, 5.0]
    assert not response.outputs["y"].tensor_content
    assert [dimension.size for dimension in response.outputs["y"].tensor_shape.dim] == [2]
    spec = response.model_spec
    assert (spec.name, spec.version.value, spec.signature_name) == ("half", 3, "serving_default")


@pytest.mark.parametrize(
    ("version", "label", "offset", "resolved"), [(1, "", 2.0, 1), (None, "canary", 3.0, 2), (None, "", 4.0, 3)]
)
def test_serves_the_version_or_label_asked_for(
    served: Any, version: int | None, label: str, offset: float, resolved: int
) -> None:
    request = _request("half", x=np.array([0], np.float32))
    if version is not None:
        request.model_spec.version.value = version
    if label:
        request.model_spec.version_label = label
    response = served.prediction.Predict(request)
    assert list(response.outputs["y"].float_val) == [offset]
    assert response.model_spec.WhichOneof("version_choice") == "version"
    assert response.model_spec.version.value == resolved


def test_model_lookup_refuses(served: Any) -> None:
    x = tf.make_tensor_proto([1.0])
    unnamed = predict_pb2.PredictRequest()
    assert _refusal(served, unnamed) == (INVALID, "Missing ModelSpec")
    unnamed.model_spec.SetInParent()
    assert _refusal(served, unnamed) == (INVALID, "ModelSpec has no name specified.")
    absent = (grpc.StatusCode.NOT_FOUND, "Servable not found for request: Latest(m)")
    assert _refusal(served, _request("m", x=x)) == absent
    request = _request("half", x=x)
    request.model_spec.version.value = 99
    assert _refusal(served, request) == (
        grpc.StatusCode.NOT_FOUND,
        "Servable not found for request: Specific(half, 99)",
    )
    request.model_spec.version_label = "x"
    assert _refusal(served, request) == (INVALID, "Unrecognized servable version label: x")


A, B = tf.make_tensor_proto([1.0]), tf.make_tensor_proto([2.0])
SHORT_SHAPE = tensor_pb2.TensorProto(dtype=types_pb2.DT_FLOAT, float_val=[1, 2])
CUT = tensor_pb2.TensorProto(dtype=types_pb2.DT_FLOAT, tensor_content=b"123")
UNKNOWN_RANK = tensor_pb2.TensorProto(dtype=types_pb2.DT_FLOAT, float_val=[1])
UNKNOWN_RANK.tensor_shape.unknown_rank = True
HUGE = tensor_pb2.TensorProto(dtype=types_pb2.DT_FLOAT, float_val=[1])
HUGE.tensor_shape.dim.add(size=10**9)
NEGATIVE = tensor_pb2.TensorProto(dtype=types_pb2.DT_FLOAT, float_val=[1])
NEGATIVE.tensor_shape.dim.add(size=-1)


@pytest.mark.parametrize(
    ("request_", "code", "message"),
    [
        (_request("two", "x", a=A, b=B), grpc.StatusCode.FAILED_PRECONDITION, 'Serving signature key "x" not found.'),
        (
            _request("two", a=A),
            INVALID,
            "input size does not match signature: 1!=2 len({a}) != len({a,b}). Sent extra: {}. Missing but required: "
            "{b}.",
        ),
        (
            _request("two", c=A, b=B, a=A),
            INVALID,
            "input size does not match signature: 3!=2 len({a,b,c}) != len({a,b}). Sent extra: {c}. Missing but "
            "required: {}.",
        ),
        (
            _request("two", a=A, c=B),
            INVALID,
            "Signature input alias: b(feed name: serving_default_b:0) not found in request and no default value "
            "provided. Inputs expected to be in the request {a,c}, or default input alias set: ",
        ),
        (_request("two", a=SHORT_SHAPE, b=B), INVALID, "tensor parsing error: a"),
        (_request("two", a=CUT, b=B), INVALID, "tensor parsing error: a"),
        (_request("two", a=UNKNOWN_RANK, b=B), INVALID, "tensor parsing error: a"),
        (_request("two", a=HUGE, b=B), INVALID, "tensor parsing error: a"),
        (_request("two", a=NEGATIVE, b=B), INVALID, "tensor parsing error: a"),
        (_request("two", a=tensor_pb2.TensorProto(), b=B), INVALID, "tensor parsing error: a"),
        (
            _request("two", outputs=("z",), a=A, b=B),
            INVALID,
            "output tensor alias not found in signature: z Outputs expected to be in the set {first,sum}.",
        ),
        (_request("two", outputs=("sum", "sum"), a=A, b=B), INVALID, "duplicate output tensor alias: sum"),
        (
            _request("two", a=np.array([1, 2], np.int32), b=B),
            INVALID,
            "Expects arg[0] to be float but int32 is provided",
        ),
    ],
)
def test_refuses_what_does_not_fit_the_signature(
    served: Any, request_: Any, code: grpc.StatusCode, message: str
) -> None:
    assert _refusal(served, request_) == (code, message)


def test_output_filter_gives_only_what_was_asked(served: Any) -> None:
    assert set(served.prediction.Predict(_request("two", outputs=("first",), a=A, b=B)).outputs) == {"first"}
    response = served.prediction.Predict(_request("two", "swap", ("b",), a=A, b=B))
    assert list(response.outputs["b"].float_val) == [1.0]
    assert response.model_spec.signature_name == "swap"


def test_default_fills_a_missing_input(served: Any) -> None:
    assert list(served.prediction.Predict(_request("default", a=A)).outputs["sum"].float_val) == [101.0]
    assert list(served.prediction.Predict(_request("default", a=A, b=B)).outputs["sum"].float_val) == [3.0]


def test_shapes_are_judged_by_the_ops_alone(served: Any) -> None:
    # Session.run of Python would refuse [1] for a placeholder of shape (None, 1).
    response = served.prediction.Predict(_request("one", x=np.array([2], np.float32)))
    assert list(response.outputs["y"].float_val) == [6.0]
    code, message = _refusal(served, _request("two", a=np.zeros(2, np.float32), b=np.zeros(3, np.float32)))
    assert code == INVALID
    assert "must be equal" in message or "Incompatible shapes" in message


def test_an_empty_batch_gives_an_empty_tensor(served: Any) -> None:
    output = served.prediction.Predict(_request("half", x=np.zeros(0, np.float32))).outputs["y"]
    assert [dimension.size for dimension in output.tensor_shape.dim] == [0]
    assert output.dtype == types_pb2.DT_FLOAT


@pytest.mark.parametrize(
    ("signature", "values"),
    [
        ("float32", [[0.1, -3.4e38], [float("inf"), 0]]),
        ("float64", [1e300, -0.1]),
        ("int32", [-(2**31), 2**31 - 1]),
        ("int16", [-300, 300]),
        ("int8", [-128, 127]),
        ("uint8", [0, 255]),
        ("int64", [-(2**63), 2**63 - 1]),
        ("uint32", [2**32 - 1]),
        ("uint64", [2**64 - 1]),
        ("bool", [True, False]),
        ("string", [b"\xff\x00", "ü".encode()]),
        ("half", [0.5, -2]),
        ("string", b"scalar"),
    ],
)
@pytest.mark.parametrize("as_content", [False, True])
def test_every_type_comes_back(served: Any, signature: str, values: Any, as_content: bool) -> None:
    dtype = object if signature == "string" else {"half": "float16"}.get(signature, signature)
    array = np.array(values, dtype)
    proto = tf.make_tensor_proto(array)
    if not as_content:
        served_proto = served.prediction.Predict(_request("types", signature, x=proto)).outputs["y"]
        proto = served_proto
    output = served.prediction.Predict(_request("types", signature, x=proto)).outputs["y"]
    np.testing.assert_array_equal(tf.make_ndarray(output), array)
    assert not output.tensor_content


def test_fewer_values_than_elements_are_filled_up_with_the_last(served: Any) -> None:
    proto = tensor_pb2.TensorProto(dtype=types_pb2.DT_INT32, int_val=[1, 7])
    proto.tensor_shape.dim.add(size=4)
    output = served.prediction.Predict(_request("types", "int32", x=proto)).outputs["y"]
    assert list(output.int_val) == [1, 7, 7, 7]
    del proto.int_val[:]
    output = served.prediction.Predict(_request("types", "int32", x=proto)).outputs["y"]
    assert list(output.int_val) == [0, 0, 0, 0]


def test_long_messages_are_cut(served: Any) -> None:
    _, message = _refusal(served, _request("y" * 3000, x=A))
    assert message == ("Servable not found for request: Latest(" + "y" * 3000)[:1024] + "...TRUNCATED"


def test_the_deadline_bounds_the_run(served: Any) -> None:
    code, _ = _refusal(served, _request("slow", rounds=np.array(10**8, np.int32)), timeout=0.3)
    assert code == grpc.StatusCode.DEADLINE_EXCEEDED
    # The run has ended too: its version can be unloaded, which the fixture's end waits for.
    served.prediction.Predict(_request("slow", rounds=np.array(1, np.int32)), timeout=5)


def test_unreadable_bytes_are_the_clients_mistake(served: Any) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{served.grpc_port}") as channel:
        call = channel.unary_unary("/tensorflow.serving.PredictionService/Predict")
        with pytest.raises(grpc.RpcError) as caught:
            call(b"\xff\xff\xff")
        assert caught.value.code() == INVALID
        session_run = channel.unary_unary("/tensorflow.serving.SessionService/SessionRun")
        with pytest.raises(grpc.RpcError) as caught:
            session_run(b"")
        assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_messages_may_be_large(served: Any) -> None:
    text = np.array(["x" * 9_000_000], object)
    output = served.prediction.Predict(_request("text", outputs=("echo",), text=text)).outputs["echo"]
    assert len(output.string_val[0]) == 9_000_000


def test_wire_types_are_complete(exported: pathlib.Path) -> None:
    from serving.server.engine.tensors import array_from_proto, array_to_proto

    for array in (np.array([1 + 2j, -3j], np.complex64), np.array([[1j]], np.complex128), np.array([2, 3], np.uint16)):
        np.testing.assert_array_equal(array_from_proto(array_to_proto(array)), array)
    bfloat = tf.cast(tf.constant([1.5, -2.0]), tf.bfloat16).numpy()
    np.testing.assert_array_equal(array_from_proto(array_to_proto(bfloat)), bfloat)
