"""Config files in text format whose messages tensorflow-serving-api does not carry."""

import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format, wrappers_pb2

from models.user_error import UserError

_PACKAGE = "tensorflow.serving"
_FIELD = descriptor_pb2.FieldDescriptorProto
_KINDS = {"string": _FIELD.TYPE_STRING, "bool": _FIELD.TYPE_BOOL, "int64": _FIELD.TYPE_INT64}

MessageFields = Mapping[str, Mapping[str, str]]
"""Messages by name, each with its fields and their kinds: `string`, `bool`, `int64`, another message, one of protobuf's
wrappers (`Int64Value`); `repeated` before it makes a list."""


def read_text_proto(path: pathlib.Path, name: str, messages: MessageFields) -> Any:
    """Reads a file that is one message in text format.

    Args:
        path: The file.
        name: The message's name in `tensorflow.serving`.
        messages: That message and those that it contains, these first.

    Raises:
        UserError: The file cannot be read or says something else.
    """
    try:
        return text_format.Parse(path.read_text(encoding="utf-8"), _message_type(name, messages)())
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
    except (text_format.ParseError, UnicodeDecodeError) as error:
        raise UserError(f"Error parsing text-format {_PACKAGE}.{name}: {path}:{error}") from error


def _message_type(name: str, messages: MessageFields) -> Any:
    wrappers = descriptor_pb2.FileDescriptorProto()
    wrappers_pb2.DESCRIPTOR.CopyToProto(wrappers)
    file = descriptor_pb2.FileDescriptorProto(
        name=f"tensorflow_serving/{name}.proto", package=_PACKAGE, syntax="proto3", dependency=[wrappers.name]
    )
    for message, fields in messages.items():
        file.message_type.add(name=message).field.extend(
            _field(number, field, kind.split(), messages)
            for number, (field, kind) in enumerate(fields.items(), start=1)
        )
    # A pool of its own: another library may register the same messages.
    pool = descriptor_pool.DescriptorPool()
    pool.Add(wrappers)
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}"))


def _field(number: int, name: str, kind: Sequence[str], messages: MessageFields) -> Any:
    """A field; numbers are free to choose, for text format has names only."""
    label = _FIELD.LABEL_REPEATED if kind[0] == "repeated" else _FIELD.LABEL_OPTIONAL
    if kind[-1] in _KINDS:
        return _FIELD(name=name, number=number, label=label, type=_KINDS[kind[-1]])
    package = _PACKAGE if kind[-1] in messages else "google.protobuf"
    return _FIELD(name=name, number=number, label=label, type=_FIELD.TYPE_MESSAGE, type_name=f".{package}.{kind[-1]}")
