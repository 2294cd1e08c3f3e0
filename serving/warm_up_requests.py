"""The requests that TensorFlow Serving replays before a version is available: no user is the first to wait."""

import pathlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import tensorflow as tf
from tensorflow.core.protobuf import meta_graph_pb2, saved_model_pb2
from tensorflow_serving.apis import prediction_log_pb2

from serving.model_fingerprint import WARM_UP_FILE

Rows = Sequence[Mapping[str, str]]


def write_warm_up_requests(saved_model: pathlib.Path, batches: Sequence[Rows], columns: Collection[str] = ()) -> int:
    """Writes a request for each signature on texts and each batch into `assets.extra`.

    Args:
        saved_model: A SavedModel of the project: its signatures take texts by column, or serialized tf.Examples.
        batches: Rows of texts by column, such as one row of each length.
        columns: Further columns that signatures read; they are empty.

    Returns:
        How many requests there are.
    """
    batches = [[{**dict.fromkeys(columns, ""), **row} for row in rows] for rows in batches]
    graph = saved_model_pb2.SavedModel.FromString((saved_model / "saved_model.pb").read_bytes()).meta_graphs[0]
    logs = [
        log
        for name, signature in sorted(graph.signature_def.items())
        for rows in batches
        if (log := _request(saved_model.name, name, signature, rows)) is not None
    ]
    path = saved_model / WARM_UP_FILE
    path.parent.mkdir(exist_ok=True)
    with tf.io.TFRecordWriter(str(path)) as writer:
        for log in logs:
            writer.write(log.SerializeToString())
    return len(logs)


def _request(
    model_name: str, signature_name: str, signature: meta_graph_pb2.SignatureDef, rows: Rows
) -> prediction_log_pb2.PredictionLog | None:
    inputs = {name: info.dtype for name, info in signature.inputs.items()}
    if set(inputs.values()) != {tf.string.as_datatype_enum}:
        return None  # token ids, or the hidden signature of a Keras export
    log = prediction_log_pb2.PredictionLog()
    request = log.predict_log.request
    request.model_spec.name, request.model_spec.signature_name = model_name, signature_name
    if set(inputs) <= set(rows[0]):
        columns: dict[str, list[Any]] = {name: [row[name] for row in rows] for name in inputs}
    elif len(inputs) == 1:
        columns = {next(iter(inputs)): [_example(row) for row in rows]}
    else:
        return None
    for name, values in columns.items():
        request.inputs[name].CopyFrom(tf.make_tensor_proto(values, dtype=tf.string))
    return log


def _example(row: Mapping[str, str]) -> bytes:
    example = tf.train.Example()
    for name, text in row.items():
        example.features.feature[name].bytes_list.value.append(text.encode())
    serialized: bytes = example.SerializeToString()
    return serialized
