"""The client's own messages are TensorFlow's, byte for byte."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from google.protobuf import descriptor_pb2, descriptor_pool, json_format
from tensorflow_serving.apis import predict_pb2

from serving.client.errors import ClientError
from serving.client.messages import new_request, parse_response
from serving.client.options import ClientOptions
from serving.client.predict_request import grpc_request
from serving.client.tensors import plain_tensor


def _same_fields(ours: Any, theirs: Any) -> None:
    for field in ours.fields:
        other = theirs.fields_by_name[field.name]
        assert (field.number, field.type, field.is_repeated) == (other.number, other.type, other.is_repeated), (
            field.name
        )
        if field.message_type:
            assert field.message_type.full_name == other.message_type.full_name
            assert field.message_type.GetOptions().map_entry == other.message_type.GetOptions().map_entry
            _same_fields(field.message_type, other.message_type)
        if field.enum_type:
            known = other.enum_type.values_by_name
            assert all(value.number == known[value.name].number for value in field.enum_type.values)


def test_fields_have_the_names_numbers_and_types_of_tensorflow_s() -> None:
    _same_fields(new_request().DESCRIPTOR, predict_pb2.PredictRequest.DESCRIPTOR)
    _same_fields(parse_response(b"").DESCRIPTOR, predict_pb2.PredictResponse.DESCRIPTOR)


@pytest.mark.parametrize("version", [None, 0, 3, "stable"])
def test_a_request_is_tensorflow_s(version: int | str | None) -> None:
    columns = {"question": ["ü", ""], "context": ["a\nb", "c"]}
    ours = grpc_request("m", columns, ClientOptions(version=version, signature="s"))
    theirs = predict_pb2.PredictRequest()
    theirs.model_spec.name, theirs.model_spec.signature_name = "m", "s"
    if isinstance(version, int):
        theirs.model_spec.version.value = version
    elif version:
        theirs.model_spec.version_label = version
    for name, texts in columns.items():
        theirs.inputs[name].CopyFrom(tf.make_tensor_proto(texts, tf.string))
    assert predict_pb2.PredictRequest.FromString(ours.SerializeToString()) == theirs
    assert json_format.Parse(json_format.MessageToJson(ours), predict_pb2.PredictRequest()) == theirs


NUMBERS = [[0, 1, 2], [3, 100, 7]]
TYPES = ("float32", "float64", "int32", "int16", "int8", "uint8", "uint16", "int64", "uint32", "uint64", "bool")


def _plain(tensor: Any) -> Any:
    """What the client makes of a tensor in a reply's bytes."""
    reply = predict_pb2.PredictResponse()
    reply.outputs["y"].CopyFrom(tensor)
    return plain_tensor(parse_response(reply.SerializeToString()).outputs["y"])


@pytest.mark.parametrize("name", [*TYPES, "float16", "bfloat16", "string"])
def test_tensors_of_all_types_as_bytes_and_as_fields(name: str) -> None:
    dtype = getattr(tf, name)
    array = np.array(NUMBERS).astype(dtype.as_numpy_dtype)
    expected = [[str(value) for value in row] for row in NUMBERS] if name == "string" else array.tolist()
    as_bytes = tf.make_tensor_proto(array.astype(str) if name == "string" else array, dtype)
    assert _plain(as_bytes) == expected
    fields = type(as_bytes)(dtype=as_bytes.dtype, tensor_shape=as_bytes.tensor_shape)
    flat = array.ravel()
    if name in ("float16", "bfloat16"):
        fields.half_val.extend(flat.view(np.uint16).tolist())
    else:
        field = {"float32": "float", "float64": "double", "int64": "int64", "bool": "bool", "string": "string"}
        field |= {"uint32": "uint32", "uint64": "uint64"}
        values = [str(v).encode() for v in flat] if name == "string" else flat.tolist()
        getattr(fields, f"{field.get(name, 'int')}_val").extend(values)
    assert _plain(fields) == expected


@pytest.mark.parametrize(
    ("array", "plain"),
    [(np.float32(2.5), 2.5), (np.zeros([2, 0, 3], "float32"), [[], []]), (np.array([], "int32"), [])],
)
def test_scalars_and_empty_tensors(array: Any, plain: Any) -> None:
    assert _plain(tf.make_tensor_proto(array)) == plain


def test_values_that_are_left_out_repeat_the_last() -> None:
    tensor = tf.make_tensor_proto(5.0, shape=[2, 2])
    assert len(tensor.float_val) == 1
    assert _plain(tensor) == [[5, 5], [5, 5]]


def test_bytes_that_are_no_text_are_marked() -> None:
    assert _plain(tf.make_tensor_proto([b"a\xff"])) == ["a\ufffd"]


def test_an_unknown_type_is_told() -> None:
    with pytest.raises(ClientError, match="a tensor of a type that this client does not know: 8"):
        _plain(tf.make_tensor_proto(np.array([1j], "complex64")))


def test_the_protoset_describes_the_service(tmp_path: Path) -> None:
    path = tmp_path / "predict.protoset"
    subprocess.run([sys.executable, "-m", "serving.client.protoset", str(path)], check=True)
    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(path.read_bytes()).file:
        pool.Add(file)
    method = pool.FindServiceByName("tensorflow.serving.PredictionService").methods_by_name["Predict"]
    assert method.input_type.full_name == "tensorflow.serving.PredictRequest"
