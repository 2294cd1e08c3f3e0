import json
import pathlib
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import Any

import pytest

from models.user_error import UserError
from pipeline.commands import serve as serve_command
from serving.config import ServingConfig, with_label
from serving.open_versions import open_versions
from serving.server.options import ServerOptions
from serving.version_record import VersionOrigin

COMMAND = [sys.executable, "-c", "import sys; from pipeline.cli import main; sys.exit(main())", "serve"]


@pytest.fixture
def config(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "pipeline.yaml"
    path.write_text("name: x\ntask: text_classification\ndata: {path: data.csv}\n", encoding="utf-8")
    return path


def _export(folder: pathlib.Path, more: int = 0) -> None:
    import tensorflow as tf

    spec = [tf.TensorSpec([None], tf.string, name="text")]
    function = tf.function(lambda text: {"length": tf.strings.length(text) + more}, input_signature=spec)
    tf.saved_model.save(tf.Module(), str(folder), signatures={"serving_default": function})


def test_a_config_is_served_until_ctrl_c(config: pathlib.Path) -> None:
    _export(config.parent / "serving" / "x" / "4")
    # A port that nobody has just now, since the two defaults may be taken on a machine that is worked on.
    process = subprocess.Popen(
        [*COMMAND, str(config), "--port=0", "--rest_api_port=0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout
        line = process.stdout.readline()
        found = re.fullmatch(r"gRPC on 127\.0\.0\.1:(\d+), REST on (127\.0\.0\.1:\d+)\n", line)
        assert found, line
        url = f"http://{found.group(2)}/v1/models/x:predict"
        with urllib.request.urlopen(url, json.dumps({"instances": ["four"]}).encode(), timeout=20) as answer:
            assert json.load(answer) == {"predictions": [4]}
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert process.stdout.read() == ""


def test_labels_are_served(config: pathlib.Path, tmp_path: pathlib.Path) -> None:
    config.write_text(config.read_text() + "serving: {models_config: true}\n")
    serving = ServingConfig(directory=str(tmp_path / "serving"), models_config=True)
    for number, label in enumerate(("stable", "canary")):
        _export(tmp_path / label, more=number)
        versions = open_versions(with_label(serving, label), "x")
        versions.promote(tmp_path / label, VersionOrigin("a person", "", "", ""), 5)
    process = subprocess.Popen(
        [*COMMAND, str(config), "--port=0", "--rest_api_port=0", "--allow_version_labels_for_unavailable_models"],
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout
            address = process.stdout.readline().split("REST on ")[1].strip()
            for label, length in (("stable", 4), ("canary", 5)):
                assert _answer(f"http://{address}/v1/models/x/labels/{label}:predict") == {"predictions": [length]}
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0
        finally:
            process.kill()


def _answer(url: str) -> Any:
    """What the server says, once the version is loaded: it is ready as soon as it has one of them."""
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(url, json.dumps({"instances": ["four"]}).encode(), timeout=20) as answer:
                return json.load(answer)
        except urllib.error.HTTPError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def _served(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> ServerOptions:
    """What the server is told; it is not started."""
    import typer
    from typer.testing import CliRunner

    from serving.server import serve as server

    told: list[ServerOptions] = []
    monkeypatch.setattr(server, "serve", told.append)
    app = typer.Typer()
    settings = {"allow_extra_args": True, "ignore_unknown_options": True}
    app.command(add_help_option=False, context_settings=settings)(serve_command.serve)
    result = CliRunner().invoke(app, arguments, catch_exceptions=True)
    if isinstance(result.exception, UserError):
        raise result.exception
    return told[0]


def test_a_config_gives_name_folder_and_both_default_ports(
    config: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (config.parent / "serving" / "x" / "4").mkdir(parents=True)
    options = _served(monkeypatch, str(config), "--grpc_max_threads=3")
    assert (options.model_name, options.model_base_path) == ("x", str((config.parent / "serving" / "x").resolve()))
    assert (options.host, options.port, options.rest_api_port) == ("127.0.0.1", 8500, 8501)
    assert options.grpc_max_threads == 3


def test_a_config_says_where_requests_are_logged(config: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (config.parent / "serving" / "x" / "4").mkdir(parents=True)
    assert _served(monkeypatch, str(config)).prediction_log == ""
    config.write_text(config.read_text() + "monitoring: {prediction_log: logs/x, prediction_log_rate: 0.25}\n")
    options = _served(monkeypatch, str(config))
    assert (options.prediction_log, options.prediction_log_rate) == (str(config.parent / "logs" / "x"), 0.25)
    options = _served(monkeypatch, str(config), "--prediction-log=/l/x", "--prediction-log-rate=0.5")
    assert (options.prediction_log, options.prediction_log_rate) == ("/l/x", 0.5)


def test_the_stock_servers_flags_do_without_a_config(monkeypatch: pytest.MonkeyPatch) -> None:
    options = _served(monkeypatch, "--port=9000", "--model_name=m", "--model_base_path=/models/m")
    assert (options.port, options.rest_api_port, options.model_name) == (9000, None, "m")
    assert options.enable_grpc_reflection
    assert (options.enable_batching, options.batching_length_buckets) == (False, (40, 80, 160, 320, 480))


def test_what_cannot_be_served_is_told(config: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="no version of x is in service yet"):
        _served(monkeypatch, str(config))
    with pytest.raises(UserError, match="leave out --model_base_path"):
        _served(monkeypatch, str(config), "--model_base_path=/b")
    with pytest.raises(UserError, match="nothing to serve"):
        _served(monkeypatch)
    with pytest.raises(UserError, match="--enable_batching"):
        _served(monkeypatch, "--model_base_path=/b", "--batching_parameters_file=/f")


def test_help_lists_the_flags() -> None:
    done = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, check=True)
    for flag in ("--model_config_file ", "--ssl_config_file ", "CONFIG"):
        assert flag in done.stdout


def test_what_is_redacted_has_no_prediction_log(config: pathlib.Path) -> None:
    config.write_text(config.read_text(encoding="utf-8") + "redact: true\n", encoding="utf-8")
    done = subprocess.run(
        [*COMMAND, str(config), f"--prediction-log={config.parent}/log"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "says `redact: true`, and a prediction log holds what people ask" in done.stderr
