"""Texts of a command line, answered by a server."""

import json
import pathlib
import threading
from collections.abc import Iterator
from concurrent import futures
from typing import Any

import grpc
import pytest

from models.user_error import UserError
from pipeline.commands.predict import predict
from pipeline.prediction.server_access import ServerAccess


@pytest.mark.parametrize("wire", ["grpc", "rest"])
def test_a_server_answers_as_the_model_here(
    project: Any, wire: str, tmp_path: pathlib.Path, capfd: pytest.CaptureFixture[str]
) -> None:
    texts = ["f\u00fcnf", "a long, long text"]
    predict(project.config, texts, as_json=True)
    here = capfd.readouterr().out
    # No version is in service on this machine: none is needed.
    config = tmp_path / "pipeline.yaml"
    config.write_text(project.config.read_text())
    predict(config, texts, as_json=True, server=getattr(project, wire))
    there = capfd.readouterr().out
    assert [json.loads(line) for line in there.splitlines()] == [
        {**row, "score": pytest.approx(row["score"], rel=1e-5)} for row in map(json.loads, here.splitlines())
    ]


def test_a_refusal_is_the_server_s_own_sentence(project: Any) -> None:
    with pytest.raises(UserError, match=r"refuses .*no bad texts"):
        predict(project.config, ["bad"], server=project.grpc)


@pytest.fixture
def metadata() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server that refuses, and notes the metadata and the time of each call."""
    seen: list[dict[str, str]] = []
    is_over = threading.Event()

    class Service(grpc.GenericRpcHandler):
        def service(self, details: Any) -> Any:
            seen.append(dict(details.invocation_metadata))
            return grpc.unary_unary_rpc_method_handler(lambda request, context: b"" * is_over.wait(5))

    server = grpc.server(futures.ThreadPoolExecutor(1), handlers=[Service()])
    port = server.add_insecure_port("localhost:0")
    server.start()
    yield f"localhost:{port}", seen
    is_over.set()
    server.stop(None)


def test_token_and_timeout_reach_the_server(project: Any, metadata: Any) -> None:
    address, seen = metadata
    with pytest.raises(UserError, match=r"gave no answer within 0\.2 seconds"):
        predict(project.config, ["a"], server=address, token="secret", timeout=0.2)
    assert [row["authorization"] for row in seen] == ["Bearer secret"]


def test_certificates_mean_tls(tmp_path: pathlib.Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.touch()
    assert ServerAccess("a:1").options().tls is None
    assert ServerAccess("a:1", tls=True).options().tls
    assert ServerAccess("a:1", ca=ca).options().tls.ca == ca
