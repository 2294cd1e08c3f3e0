"""The messages of TensorFlow Serving's Predict, as far as a client needs them.

`tensorflow_serving.apis` has them too, but takes all of TensorFlow along: seconds of time and hundreds of megabytes for
a few messages. They are declared here by their names and numbers, which are the public protocol and cannot change, in a
pool of their own, so that a process can have both. A test compares them with TensorFlow's.
"""

import functools
import threading
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, wrappers_pb2

_LOCK = threading.Lock()

METHOD = "/tensorflow.serving.PredictionService/Predict"

_TYPES = descriptor_pb2.FieldDescriptorProto
_SCALARS = {
    "bool": _TYPES.TYPE_BOOL,
    "bytes": _TYPES.TYPE_BYTES,
    "double": _TYPES.TYPE_DOUBLE,
    "float": _TYPES.TYPE_FLOAT,
    "int32": _TYPES.TYPE_INT32,
    "int64": _TYPES.TYPE_INT64,
    "string": _TYPES.TYPE_STRING,
    "uint32": _TYPES.TYPE_UINT32,
    "uint64": _TYPES.TYPE_UINT64,
}

DATA_TYPES = {
    "DT_INVALID": 0,
    "DT_FLOAT": 1,
    "DT_DOUBLE": 2,
    "DT_INT32": 3,
    "DT_UINT8": 4,
    "DT_INT16": 5,
    "DT_INT8": 6,
    "DT_STRING": 7,
    "DT_INT64": 9,
    "DT_BOOL": 10,
    "DT_BFLOAT16": 14,
    "DT_UINT16": 17,
    "DT_HALF": 19,
    "DT_UINT32": 22,
    "DT_UINT64": 23,
}
"""TensorFlow's types of tensors by name: those that a served model answers with."""

_MESSAGES: dict[str, dict[str, tuple[int, str]]] = {
    "tensorflow.TensorShapeProto": {"dim": (2, "repeated .tensorflow.TensorShapeProto.Dim")},
    "tensorflow.TensorShapeProto.Dim": {"size": (1, "int64"), "name": (2, "string")},
    "tensorflow.TensorProto": {
        "dtype": (1, ".tensorflow.DataType"),
        "tensor_shape": (2, ".tensorflow.TensorShapeProto"),
        "tensor_content": (4, "bytes"),
        "float_val": (5, "repeated float"),
        "double_val": (6, "repeated double"),
        "int_val": (7, "repeated int32"),
        "string_val": (8, "repeated bytes"),
        "int64_val": (10, "repeated int64"),
        "bool_val": (11, "repeated bool"),
        "half_val": (13, "repeated int32"),
        "uint32_val": (16, "repeated uint32"),
        "uint64_val": (17, "repeated uint64"),
    },
    "tensorflow.serving.ModelSpec": {
        "name": (1, "string"),
        "version": (2, ".google.protobuf.Int64Value"),
        "signature_name": (3, "string"),
        "version_label": (4, "string"),
    },
    "tensorflow.serving.PredictRequest": {
        "model_spec": (1, ".tensorflow.serving.ModelSpec"),
        "inputs": (2, "repeated .tensorflow.serving.PredictRequest.InputsEntry"),
        "output_filter": (3, "repeated string"),
    },
    "tensorflow.serving.PredictRequest.InputsEntry": {"key": (1, "string"), "value": (2, ".tensorflow.TensorProto")},
    "tensorflow.serving.PredictResponse": {
        "outputs": (1, "repeated .tensorflow.serving.PredictResponse.OutputsEntry"),
        "model_spec": (2, ".tensorflow.serving.ModelSpec"),
    },
    "tensorflow.serving.PredictResponse.OutputsEntry": {"key": (1, "string"), "value": (2, ".tensorflow.TensorProto")},
}


def new_request() -> Any:
    """An empty `PredictRequest`."""
    return _message_class("tensorflow.serving.PredictRequest")()


def parse_response(serialized: bytes) -> Any:
    """A `PredictResponse`."""
    return _message_class("tensorflow.serving.PredictResponse").FromString(serialized)


def protocol_files() -> descriptor_pb2.FileDescriptorSet:
    """All of it as a protoset: what `grpcurl` needs to know of a server that does not describe itself."""
    wrappers = descriptor_pb2.FileDescriptorProto.FromString(wrappers_pb2.DESCRIPTOR.serialized_pb)
    return descriptor_pb2.FileDescriptorSet(file=[wrappers, _tensor_file(), _predict_file()])


def _message_class(name: str) -> Any:
    # One thread makes the classes, and the others wait.
    with _LOCK:
        return _message_classes()[name]


@functools.cache
def _message_classes() -> dict[str, Any]:
    """All classes, those of parts of messages too: protobuf makes and drops those again that nobody holds on to.

    A crash was seen there once, in protobuf 6.33 with several threads; modules that protoc writes hold theirs, too.
    """
    pool = descriptor_pool.DescriptorPool()
    for file in protocol_files().file:
        pool.Add(file)
    names = [*_MESSAGES, "google.protobuf.Int64Value"]
    return {name: message_factory.GetMessageClass(pool.FindMessageTypeByName(name)) for name in names}


def _tensor_file() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(name="bertline/tensor.proto", package="tensorflow", syntax="proto3")
    types = file.enum_type.add(name="DataType")
    for name, number in DATA_TYPES.items():
        types.value.add(name=name, number=number)
    _add_messages(file)
    return file


def _predict_file() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(
        name="bertline/predict.proto",
        package="tensorflow.serving",
        syntax="proto3",
        dependency=["bertline/tensor.proto", wrappers_pb2.DESCRIPTOR.name],
    )
    _add_messages(file)
    package, service, method = METHOD.removeprefix("/").replace("/", ".").rsplit(".", 2)
    file.service.add(name=service).method.add(
        name=method, input_type=f".{package}.PredictRequest", output_type=f".{package}.PredictResponse"
    )
    return file


def _add_messages(file: descriptor_pb2.FileDescriptorProto) -> None:
    """Adds the messages of the file's package, those within others behind them."""
    added: dict[str, Any] = {}
    for full_name, fields in _MESSAGES.items():
        name = full_name.removeprefix(f"{file.package}.")
        if name[0].islower() or name == full_name:
            continue  # of the other package
        outer, _, inner = name.rpartition(".")
        message = added[outer].nested_type.add(name=inner) if outer else file.message_type.add(name=name)
        added[name] = message
        message.options.map_entry = inner.endswith("Entry")
        for field, (number, kind) in fields.items():
            _add_field(message, field, number, kind)


def _add_field(message: Any, name: str, number: int, kind: str) -> None:
    is_repeated = kind.startswith("repeated ")
    kind = kind.removeprefix("repeated ")
    field = message.field.add(
        name=name, number=number, label=_TYPES.LABEL_REPEATED if is_repeated else _TYPES.LABEL_OPTIONAL
    )
    if kind in _SCALARS:
        field.type = _SCALARS[kind]
    else:
        field.type_name = kind
        field.type = _TYPES.TYPE_ENUM if kind == ".tensorflow.DataType" else _TYPES.TYPE_MESSAGE
