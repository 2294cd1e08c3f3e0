"""Replays a model's own warm-up requests before it answers others."""

import pathlib
from collections.abc import Callable, Mapping
from typing import Any

import tensorflow as tf
from google.protobuf.message import DecodeError
from tensorflow_serving.apis import prediction_log_pb2

from serving.server.engine.servable import Servable
from serving.server.inference.on_examples import classify, multi_inference, regress
from serving.server.inference.predict import predict
from serving.server.serving_error import Code, ServingError, invalid_argument

_REQUESTS_FILE = pathlib.PurePath("assets.extra", "tf_serving_warmup_requests")
_MAX_RECORDS = 1000
_ANSWERS: Mapping[str, Callable[[Servable, Any, int | None], Any]] = {
    "predict_log": predict,
    "classify_log": classify,
    "regress_log": regress,
    "multi_inference_log": multi_inference,
}


def warm_up(servable: Servable, folder: pathlib.Path) -> None:
    """Replays the requests that a SavedModel carries, if it does.

    Args:
        servable: The model, loaded.
        folder: The SavedModel.

    Raises:
        ServingError: The file cannot be read, is too long, or one of its requests fails.
    """
    path = folder / _REQUESTS_FILE
    if not path.is_file():
        return
    try:
        for number, record in enumerate(tf.data.TFRecordDataset(str(path)).as_numpy_iterator(), start=1):
            if number > _MAX_RECORDS:
                raise invalid_argument(f"Number of warmup records exceeds the maximum ({_MAX_RECORDS}) at {path}")
            _replay(servable, record, path)
    except tf.errors.DataLossError as error:
        message = f"{error.message}. Please verify your warmup data is in TFRecord format."
        raise ServingError(Code.DATA_LOSS, message) from error


def _replay(servable: Servable, record: bytes, path: pathlib.Path) -> None:
    try:
        log = prediction_log_pb2.PredictionLog.FromString(record)
    except DecodeError as error:
        raise invalid_argument(f"Failed to parse warmup record: {record!r} from {path}") from error
    kind = log.WhichOneof("log_type")
    if kind in _ANSWERS:
        _ANSWERS[kind](servable, getattr(log, kind).request, None)
    elif kind is not None:
        number = log.DESCRIPTOR.fields_by_name[kind].number
        raise ServingError(Code.UNIMPLEMENTED, f"Unsupported log_type for warmup: {number}")
