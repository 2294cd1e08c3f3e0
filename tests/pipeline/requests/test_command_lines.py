"""A request as command lines: curl's is run, grpcurl's is read as its messages."""

import json
import pathlib
import shlex
import subprocess
from typing import Any

import pytest
from google.protobuf import json_format

from models.user_error import UserError
from pipeline.commands.predict import predict
from pipeline.prediction.server_access import ServerAccess
from pipeline.requests.command_lines import command_lines

ROWS = [{"text": "it's 5 o'clock \\ $HOME `x`\nfünf"}, {"text": '"quoted" @file'}]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Any:
    import tensorflow as tf

    from serving.server.model_server import ModelServer
    from serving.server.options import ServerOptions

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="text")])
    def answer(text: Any) -> Any:
        return {"echo": text, "length": tf.strings.length(text)}

    base = tmp_path_factory.mktemp("served")
    module = tf.Module()
    module.answer = answer
    tf.saved_model.save(module, str(base / "1"), signatures={"serving_default": answer})
    options = ServerOptions(port=0, rest_api_port=0, drain_seconds=1, model_name="x", model_base_path=str(base))
    server = ModelServer(options)
    yield server.start()
    server.drain()


def test_curl_s_command_line_is_answered(served: Any) -> None:
    lines = command_lines(ServerAccess(f"http://localhost:{served.rest_port}"), "x", ROWS)
    (line,) = [line for line in lines if line.startswith("curl ")]
    done = subprocess.run(["bash", "-c", f"{line} --silent"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["outputs"]["echo"] == [row["text"] for row in ROWS]


def test_grpcurl_s_command_line_holds_the_request(served: Any) -> None:
    from tensorflow_serving.apis import predict_pb2

    lines = command_lines(ServerAccess(f"localhost:{served.grpc_port}"), "x", ROWS)
    (words,) = [shlex.split(line) for line in lines if line.startswith("grpcurl ")]
    assert words[1:4] == ["-plaintext", "-protoset", "predict.protoset"]
    assert words[6:] == [f"localhost:{served.grpc_port}", "tensorflow.serving.PredictionService/Predict"]
    request = json_format.Parse(words[5], predict_pb2.PredictRequest())
    assert request.model_spec.name == "x"
    assert [text.decode() for text in request.inputs["text"].string_val] == [row["text"] for row in ROWS]

    import grpc
    from tensorflow_serving.apis import prediction_service_pb2_grpc

    with grpc.insecure_channel(words[6]) as channel:
        reply = prediction_service_pb2_grpc.PredictionServiceStub(channel).Predict(request)
    assert len(reply.outputs["length"].int_val) == 2


@pytest.mark.parametrize(
    ("access", "curl", "grpcurl"),
    [
        (ServerAccess(), "http://localhost:8501/v1/models/x:predict", "-plaintext localhost:8500"),
        (ServerAccess("a:1"), "http://a:8501/v1/models/x:predict", "-plaintext a:1"),
        (ServerAccess("http://a:1"), "http://a:1/v1/models/x:predict", "-plaintext a:8500"),
        (
            ServerAccess("https://a/b", ca=pathlib.Path("ca file"), token="secret"),
            "--cacert 'ca file' -H \"Authorization: Bearer $BERTLINE_TOKEN\" https://a/b/v1/models/x:predict",
            "-cacert 'ca file' -H \"Authorization: Bearer $BERTLINE_TOKEN\" a:8500",
        ),
        (
            ServerAccess("a:1", certificate=pathlib.Path("c"), key=pathlib.Path("k")),
            "http://a:8501/v1/models/x:predict",
            "-cert c -key k a:1",
        ),
    ],
)  # fmt: skip
def test_addresses_certificates_and_tokens(access: ServerAccess, curl: str, grpcurl: str) -> None:
    lines = command_lines(access, "x", [{"text": "a"}])
    data = """-d '{"signature_name": "serving_default", "inputs": {"text": ["a"]}}' """
    assert f"curl {curl}" in [line.replace(data, "") for line in lines]
    (line,) = [line for line in lines if line.startswith("grpcurl ")]
    words = line.split(" -protoset ")
    assert f"{words[0]} {words[1].split()[-2]}" == f"grpcurl {grpcurl}"
    assert not any("secret" in line for line in lines)


def test_show_sends_nothing(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    """There is neither a model in service nor a server."""
    config = tmp_path / "pipeline.yaml"
    config.write_text("name: x\ntask: text_classification\ndata: {path: data.csv}\n")
    predict(config, ["my text"], show=True)
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["#", "curl", "#", "#", "grpcurl"]
    with pytest.raises(UserError, match="is no address"):
        predict(config, ["my text"], show=True, server="localhost")
