import pathlib
import shutil
from collections.abc import Sequence
from typing import Any

import pytest
import tensorflow as tf
from tensorflow_serving.apis import classification_pb2, inference_pb2, predict_pb2, prediction_log_pb2, regression_pb2

from models.user_error import UserError
from serving.server.engine.load_servable import load_servable
from serving.server.engine.servable import Servable
from serving.server.inference.warm_up import warm_up


def _model(
    exported: pathlib.Path, source: str, tmp_path: pathlib.Path, records: Sequence[bytes] | None
) -> pathlib.Path:
    folder = tmp_path / "model" / "1"
    shutil.copytree(exported / source, folder)
    (folder / "assets.extra").mkdir()
    path = folder / "assets.extra" / "tf_serving_warmup_requests"
    if records is None:
        path.write_bytes(b"this is no TFRecord file, whatever it is")
    else:
        with tf.io.TFRecordWriter(str(path)) as writer:
            for record in records:
                writer.write(record)
    return folder


def _predict_log(x: Any, signature: str = "") -> bytes:
    request = predict_pb2.PredictRequest()
    request.model_spec.name, request.model_spec.signature_name = "another name does not matter", signature
    request.inputs["x"].CopyFrom(tf.make_tensor_proto(x))
    log = prediction_log_pb2.PredictionLog()
    log.predict_log.request.CopyFrom(request)
    return log.SerializeToString()


def test_requests_run_before_the_version_answers(
    exported: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _model(exported, "half1", tmp_path, [_predict_log([1.0]), _predict_log([1.0, 2.0])])
    servable = load_servable("half", 1, folder)
    runs: list[int] = []
    run = Servable.run
    monkeypatch.setattr(
        Servable, "run", lambda self, feeds, *rest: runs.append(len(*feeds.values())) or run(self, feeds, *rest)
    )
    warm_up(servable, folder)
    assert runs == [1, 2]


def test_all_kinds_of_requests_are_replayed(exported: pathlib.Path, tmp_path: pathlib.Path) -> None:
    logs = [prediction_log_pb2.PredictionLog() for _ in range(4)]
    example = tf.train.Example()
    example.features.feature["x"].float_list.value.append(1)
    logs[0].classify_log.request.CopyFrom(classification_pb2.ClassificationRequest())
    logs[0].classify_log.request.input.example_list.examples.append(example)
    logs[1].regress_log.request.CopyFrom(regression_pb2.RegressionRequest())
    logs[1].regress_log.request.model_spec.signature_name = "regress"
    logs[1].regress_log.request.input.example_list.examples.append(example)
    multi = inference_pb2.MultiInferenceRequest()
    multi.tasks.add(method_name="tensorflow/serving/classify").model_spec.name = "m"
    multi.input.example_list.examples.append(example)
    logs[2].multi_inference_log.request.CopyFrom(multi)
    folder = _model(exported, "examples", tmp_path, [log.SerializeToString() for log in logs])
    warm_up(load_servable("examples", 1, folder), folder)


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ([_predict_log([1.0], "absent")], 'FAILED_PRECONDITION: Serving signature key "absent" not found.'),
        ([_predict_log(["a string"])], "INVALID_ARGUMENT: Expects arg"),
        ([b"\xff\xff"], "INVALID_ARGUMENT: Failed to parse warmup record: "),
        (
            [prediction_log_pb2.PredictionLog(session_run_log=prediction_log_pb2.SessionRunLog()).SerializeToString()],
            "UNIMPLEMENTED: Unsupported log_type for warmup: 5",
        ),
        ([_predict_log([1.0])] * 1001, "INVALID_ARGUMENT: Number of warmup records exceeds the maximum \\(1000\\) at "),
        (None, "DATA_LOSS: .*Please verify your warmup data is in TFRecord format."),
    ],
)
def test_a_request_that_fails_fails_the_load(
    serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path, records: Sequence[bytes] | None, message: str
) -> None:
    base = _model(exported, "half1", tmp_path, records).parent
    with pytest.raises(UserError, match=message), serve(model_name="half", model_base_path=str(base)):
        pass
    with serve(model_name="half", model_base_path=str(base), enable_model_warmup=False) as served:
        assert served.predict("half") == 2.0
