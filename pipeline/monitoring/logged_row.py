"""Reads what one record of a prediction log holds: texts, and what was answered to them."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from google.protobuf.message import DecodeError
from tensorflow.core.example import example_pb2
from tensorflow_serving.apis import prediction_log_pb2

from models.export.expected_answers import plain_values
from models.tasks.interface.signature import Signature
from models.tasks.interface.task import Task
from serving.server.engine.tensors import array_from_proto

_DEFAULT_SIGNATURE = "serving_default"


@dataclasses.dataclass(frozen=True)
class LoggedRow:
    """One text, or the texts of one row, that a server was asked.

    Attributes:
        texts: By column.
        answer: The answers by the task's names for them, plain values; some where the client wanted no more.
        at: Seconds since 1970.
        version: The version that answered.
    """

    texts: Mapping[str, str]
    answer: Mapping[str, Any]
    at: int
    version: int


class UnreadableRecordError(ValueError):
    """A record that holds no texts of this model; its message is the kind by which such records are counted."""


def logged_rows(record: bytes, task: Task, model: str) -> list[LoggedRow]:
    """Reads one record.

    Args:
        record: A serialized PredictionLog.
        task: The model's.
        model: Its name; a log may be of several.

    Raises:
        UnreadableRecordError: There is nothing for us in it.
    """
    try:
        log = prediction_log_pb2.PredictionLog.FromString(record)
    except DecodeError as error:
        raise UnreadableRecordError("no PredictionLog") from error
    spec = log.log_metadata.model_spec
    if spec.name != model:
        raise UnreadableRecordError(f"of the model {spec.name!r}")
    kind = log.WhichOneof("log_type")
    if kind not in _READERS:
        raise UnreadableRecordError(f"a {kind}")
    logged = getattr(log, kind)
    name = spec.signature_name or logged.request.model_spec.signature_name or _DEFAULT_SIGNATURE
    signature = task.signatures().get(name)
    if signature is None:
        raise UnreadableRecordError(f"of the signature {name}, which has no texts")
    try:
        texts, answers = _READERS[kind](logged, signature)
    except (ValueError, KeyError, DecodeError) as error:
        raise UnreadableRecordError(f"a {kind} whose tensors do not fit the signature {name}") from error
    at, version = log.log_metadata.timestamp_secs, spec.version.value
    return [LoggedRow(row, answer, at, version) for row, answer in zip(texts, answers, strict=True)]


_Rows = tuple[list[dict[str, str]], list[dict[str, Any]]]


def _predicted(log: Any, signature: Signature) -> _Rows:
    inputs = {name: array_from_proto(proto).ravel() for name, proto in log.request.inputs.items()}
    if signature.input_name:
        texts = _texts_of_examples(inputs[signature.input_name], signature.columns)
    else:
        columns = [[_text(value) for value in inputs[name]] for name in signature.columns]
        texts = [dict(zip(signature.columns, row, strict=True)) for row in zip(*columns, strict=True)]
    outputs = {name: array_from_proto(proto) for name, proto in log.response.outputs.items()}
    return texts, _answers(outputs, signature, len(texts))


def _classified(log: Any, signature: Signature) -> _Rows:
    texts = _texts_of_examples(_serialized(log.request.input), signature.columns)
    found = [
        {"classes": [each.label for each in row.classes], "scores": [each.score for each in row.classes]}
        for row in log.response.result.classifications
    ]
    return texts, [_named(answer, signature) for answer in found]


def _regressed(log: Any, signature: Signature) -> _Rows:
    texts = _texts_of_examples(_serialized(log.request.input), signature.columns)
    return texts, [_named({"outputs": row.value}, signature) for row in log.response.result.regressions]


_READERS = {"predict_log": _predicted, "classify_log": _classified, "regress_log": _regressed}


def _serialized(given: Any) -> list[bytes]:
    """The examples of an Input, each with its context if there is one: two protos in a row are their union."""
    if given.WhichOneof("kind") == "example_list_with_context":
        listed = given.example_list_with_context
        return [listed.context.SerializeToString() + example.SerializeToString() for example in listed.examples]
    return [example.SerializeToString() for example in given.example_list.examples]


def _texts_of_examples(examples: Iterable[bytes], columns: Sequence[str]) -> list[dict[str, str]]:
    rows = []
    for serialized in examples:
        features = example_pb2.Example.FromString(serialized).features.feature
        # A feature without a value is an empty text to the model.
        values = {name: features[name].bytes_list.value for name in columns}
        rows.append({name: _text(value[0]) if value else "" for name, value in values.items()})
    return rows


def _answers(outputs: Mapping[str, Any], signature: Signature, num_rows: int) -> list[dict[str, Any]]:
    return [
        _named({name: plain_values(values[row]) for name, values in outputs.items()}, signature)
        for row in range(num_rows)
    ]


def _named(answer: Mapping[str, Any], signature: Signature) -> dict[str, Any]:
    """By the task's names for the answers, where a signature has others."""
    names = {output: name for name, output in signature.output_names.items()}
    return {names.get(output, output): value for output, value in answer.items()}


def _text(value: bytes) -> str:
    return value.decode(errors="replace")
