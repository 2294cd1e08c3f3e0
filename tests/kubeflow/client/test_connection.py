"""How commands reach the server: credentials, and what they say where it does not answer as it should."""

import json
import pathlib
import socket
import subprocess
import sys
import types
from collections.abc import Callable
from typing import Any

import kfp.client
import pytest

from pipeline.kubeflow.client.connection import Connection

HEALTHZ = "/healthz"


@pytest.mark.parametrize(
    ("variable", "value", "header"),
    [
        ("KFP_EXISTING_TOKEN", "secret", ("authorization", "Bearer secret")),
        ("BERTLINE_KFP_COOKIES", "authservice_session=secret", ("cookie", "authservice_session=secret")),
    ],
)
def test_every_request_carries_the_credentials_of_the_environment(
    stub: types.SimpleNamespace,
    bertline: Callable[..., Any],
    config: pathlib.Path,
    pipeline_file: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    header: tuple[str, str],
) -> None:
    monkeypatch.setenv(variable, value)
    done = bertline("submit", config, "--pipeline-file", pipeline_file)
    assert done.code == 0, done.err
    assert "secret" not in done.out + done.err
    assert len(stub.requests) > 5
    assert {request.headers.get(header[0]) for request in stub.requests} == {header[1]}


def test_a_service_accounts_token_is_read_anew_for_each_request(
    stub: types.SimpleNamespace,
    bertline: Callable[..., Any],
    config: pathlib.Path,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token = tmp_path / "token"
    token.write_text("first\n")
    monkeypatch.setenv("KF_PIPELINES_SA_TOKEN_PATH", str(token))
    assert bertline("runs", config).code == 0
    assert {request.headers["authorization"] for request in stub.requests} == {"Bearer first"}
    monkeypatch.setenv("KFP_EXISTING_TOKEN", "before-it")
    stub.requests.clear()
    bertline("runs", config)
    assert {request.headers["authorization"] for request in stub.requests} == {"Bearer before-it"}
    monkeypatch.delenv("KFP_EXISTING_TOKEN")
    monkeypatch.setenv("KF_PIPELINES_SA_TOKEN_PATH", str(tmp_path / "nowhere"))
    assert "there is no file" in bertline("runs", config).err


def test_without_credentials_none_are_sent(
    stub: types.SimpleNamespace, bertline: Callable[..., Any], config: pathlib.Path
) -> None:
    assert bertline("runs", config).code == 0
    assert not {"authorization", "cookie"} & {name for request in stub.requests for name in request.headers}


def test_what_kfp_keeps_in_the_home_folder_is_neither_read_nor_written(
    stub: types.SimpleNamespace,
    bertline: Callable[..., Any],
    config: pathlib.Path,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    context = tmp_path / "context.json"
    context.write_text(json.dumps({"namespace": "another", "client_authentication_cookie": "another"}))
    before = context.read_text()
    monkeypatch.setattr(kfp.client.Client, "_LOCAL_KFP_CONTEXT", str(context))
    assert bertline("runs", config).code == 0
    assert not any("cookie" in request.headers or request.query.get("namespace") for request in stub.requests)
    assert context.read_text() == before


def test_secrets_are_no_part_of_what_a_connection_shows() -> None:
    assert "secret" not in repr(Connection("http://localhost", token="secret", cookies="secret"))


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "does not know who asks (401 Unauthorized: the message): give credentials"),
        (403, "forbids it (403 Forbidden: the message): ask for the right to run pipelines there"),
        (404, "has no such thing (404 Not Found: the message)"),
        (409, "has it already (409 Conflict: the message)"),
        (400, "does not take it: 400 Bad Request: the message"),
        (418, "answers 418"),
        (500, "failed (500 Internal Server Error: the message): try again later"),
        (503, "failed (503 Service Unavailable: the message)"),
    ],
)
@pytest.mark.parametrize("at", [HEALTHZ, "/experiments"])
def test_a_refusal_is_one_sentence(
    stub: types.SimpleNamespace, bertline: Callable[..., Any], config: pathlib.Path, status: int, said: str, at: str
) -> None:
    stub.reply("GET", at, status, json.dumps({"code": 1, "message": "the message\nand more"}))
    done = bertline("runs", config)
    assert done.code == 1
    assert done.err.startswith(f"bertline: {stub.host} {said}")
    assert done.err.count("\n") == 1


def test_a_refused_upload_is_told_in_the_servers_words(
    stub: types.SimpleNamespace, bertline: Callable[..., Any], config: pathlib.Path, pipeline_file: pathlib.Path
) -> None:
    said = {"error_message": "Failed", "error_details": "pipeline upload denied: permission is required"}
    stub.reply("POST", "/pipelines/upload", 400, json.dumps(said))
    done = bertline("submit", config, "--pipeline-file", pipeline_file)
    assert done.code == 1
    assert "400 Bad Request: pipeline upload denied: permission is required" in done.err


def test_a_refusal_without_json_is_one_sentence_too(
    stub: types.SimpleNamespace, bertline: Callable[..., Any], config: pathlib.Path
) -> None:
    stub.reply("GET", HEALTHZ, 502, "<html><body>Bad Gateway</body></html>", "text/html")
    assert "failed (502 Bad Gateway): try again" in bertline("runs", config).err


@pytest.mark.parametrize("namespace", [(), ("--namespace", "team")])
def test_a_login_page_is_no_api(
    stub: types.SimpleNamespace, bertline: Callable[..., Any], config: pathlib.Path, namespace: tuple[str, ...]
) -> None:
    stub.reply("GET", HEALTHZ, 200, "<html>Log in</html>", "text/html; charset=utf-8")
    done = bertline("runs", config, *namespace)
    assert done.code == 1
    assert "most likely to log in" in done.err


def test_a_server_for_several_users_needs_a_namespace(
    stub: types.SimpleNamespace, bertline: Callable[..., Any], config: pathlib.Path
) -> None:
    stub.store.multi_user = True
    done = bertline("runs", config)
    assert done.code == 1
    assert "kubeflow.namespace" in done.err
    assert [request.template for request in stub.requests] == ["/apis/v2beta1/healthz"]
    assert bertline("runs", config, "--namespace", "kubeflow").code == 0
    assert {request.query.get("namespace") for request in stub.requests[2:]} == {"kubeflow"}


def test_an_unreachable_server_is_one_sentence(bertline: Callable[..., Any], config: pathlib.Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"http://127.0.0.1:{free.getsockname()[1]}"
    done = bertline("runs", config, "--host", host)
    assert done.code == 1
    assert done.err.startswith(f"bertline: {host} cannot be reached (NewConnectionError)")
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("command", "host", "said"),
    [
        ("submit", "", "kubeflow.host is missing"),
        ("schedule", "", "kubeflow.host is missing"),
        ("runs", "localhost:8080", "begins with neither http:// nor https://"),
        ("stop", "", "kubeflow.host is missing"),
    ],
)
def test_a_host_that_is_none_is_told_before_anything_slow(
    config: pathlib.Path, command: str, host: str, said: str
) -> None:
    config.write_text(config.read_text().replace(config.read_text().split("host: ")[1].split(",")[0], f"'{host}'"))
    code = (
        "import sys\nfrom pipeline.cli import main\ntry:\n    main()\n"
        "finally:\n    assert not {'kfp', 'kfp_server_api', 'tensorflow', 'tfx'} & set(sys.modules), 'HEAVY'"
    )
    arguments = [sys.executable, "-c", code, "kubeflow", command, str(config)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert said in done.stderr
    assert "HEAVY" not in done.stderr


def test_a_certificate_that_nobody_trusts_is_told(
    bertline: Callable[..., Any], config: pathlib.Path, tls_server: tuple[str, pathlib.Path]
) -> None:
    host, certificate = tls_server
    done = bertline("runs", config, "--host", host)
    assert done.code == 1
    assert "its certificate cannot be trusted" in done.err
    assert "--ca-certificate" in done.err
    for way in (["--ca-certificate", str(certificate)], ["--no-verify-tls"]):
        done = bertline("runs", config, "--host", host, *way)
        assert done.code == 0, done.err
    assert "there is no such file" in bertline("runs", config, "--ca-certificate", "nowhere.pem").err


def test_the_help_names_the_variables_with_secrets_and_no_option_takes_one(bertline: Callable[..., Any]) -> None:
    for command in ("submit", "schedule", "runs", "stop"):
        text = bertline(command, "--help").out
        assert all(
            name in text for name in ("KFP_EXISTING_TOKEN", "KF_PIPELINES_SA_TOKEN_PATH", "BERTLINE_KFP_COOKIES")
        )
        assert not any(option in text for option in ("--token", "--existing-token", "--cookies", "--password"))
