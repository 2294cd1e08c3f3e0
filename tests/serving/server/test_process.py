"""The server as a process: its flags, its one line, its end."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from typing import Any

import grpc
import pytest
from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

from serving.server.process import ServerProcess, ServerProcessError


def _base(exported: pathlib.Path, source: str, folder: pathlib.Path) -> pathlib.Path:
    (folder / "1").symlink_to(exported / source)
    return folder


def _predict(address: str, model: str, body: Any) -> Any:
    request = urllib.request.Request(f"http://{address}/v1/models/{model}:predict", json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def _libraries(server: ServerProcess) -> str:
    return pathlib.Path(f"/proc/{server.process_id}/maps").read_text(encoding="utf-8")


def _ask_to_stop(server: ServerProcess) -> None:
    """Sends SIGTERM while requests run; new ones are refused from then on."""
    time.sleep(0.3)
    os.kill(server.process_id, signal.SIGTERM)
    time.sleep(0.2)
    with pytest.raises((urllib.error.URLError, ConnectionError)):
        _predict(server.rest_address, "slow", {"inputs": 1})


def test_a_process_serves_and_drains_on_sigterm(
    exported: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As the children of a TFX component have it: tensorflow-transform sets it.
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")
    answers: list[Any] = []
    with ServerProcess.of_model("slow", _base(exported, "slow", tmp_path)) as server:
        # Keras would bring pandas, and a model without text needs no ops for it.
        assert not [name for name in ("pandas", "tensorflow_text") if name in _libraries(server)]
        # Long enough to be still running when the signal comes.
        asked = {"inputs": 3000}
        thread = threading.Thread(target=lambda: answers.append(_predict(server.rest_address, "slow", asked)))
        thread.start()
        with grpc.insecure_channel(server.grpc_address) as channel:
            request = predict_pb2.PredictRequest()
            request.model_spec.name = "slow"
            request.inputs["rounds"].dtype = 3
            request.inputs["rounds"].int_val.append(3000)
            call = prediction_service_pb2_grpc.PredictionServiceStub(channel).Predict.future(request)
            _ask_to_stop(server)
            assert list(call.result().outputs["y"].float_val) == [1.0]
        thread.join()
        assert server.stop() == 0
    assert answers == [{"outputs": [1.0]}]


def test_ops_of_tensorflow_text_are_found_when_a_model_has_them(tmp_path: pathlib.Path) -> None:
    import tensorflow as tf
    import tensorflow_text

    spec = [tf.TensorSpec([None], tf.string)]
    function = tf.function(lambda x: {"y": tensorflow_text.normalize_utf8(x)}, input_signature=spec)
    tf.saved_model.save(tf.Module(), str(tmp_path / "1"), signatures={"serving_default": function})
    with ServerProcess.of_model("text", tmp_path) as server:
        assert _predict(server.rest_address, "text", {"instances": ["ﬁ"]}) == {"predictions": ["fi"]}
        assert "text version 1 is available" in server.log()
        assert "tensorflow_text/python/ops/" in _libraries(server)


def test_a_server_ends_with_its_input() -> None:
    code = "import time, serving.server.serve as serve; serve._terminate_at_end_of_input(); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)
    with process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        assert process.stdin
        process.stdin.close()
        assert process.wait(20) == -signal.SIGTERM


def test_a_server_that_cannot_start_says_why(tmp_path: pathlib.Path) -> None:
    (tmp_path / "1").mkdir()
    with pytest.raises(ServerProcessError, match=r"ended with exit code 1:(.|\n)*Could not find SavedModel"):
        ServerProcess.of_model("broken", tmp_path)


def test_a_server_that_is_not_ready_in_time_is_stopped(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ServerProcessError, match=r"was not ready after 0\.01 seconds"):
        ServerProcess.of_model("late", tmp_path, ready_seconds=0.01)
