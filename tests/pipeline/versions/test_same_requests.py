"""Two versions asked what a real server logged."""

import pathlib
import subprocess
import sys
import urllib.request
from collections.abc import Sequence

import pytest
import tensorflow as tf

from models.user_error import UserError
from pipeline.config_files.load_config import load_config
from pipeline.versions.same_requests import compare_on_requests, logged_rows
from serving.open_versions import open_versions
from serving.promotion import ModelVersions
from serving.server.process import ServerProcess
from serving.version_record import VersionOrigin

TEXTS = ["apple", "bread", "cherry", "date"]


class FirstLetter(tf.Module):
    """Says that a text's label is its first letter, unless it knows better."""

    def __init__(self, otherwise: str) -> None:
        super().__init__()
        self._otherwise = otherwise

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="text")])
    def answer(self, text: tf.Tensor) -> dict[str, tf.Tensor]:
        letter = tf.strings.substr(text, 0, 1)
        label = tf.where(letter == "c", self._otherwise, letter)
        classes = tf.tile(tf.constant([["a", "b", "c", "d"]]), [tf.size(text), 1])
        return {"label": label, "score": tf.fill([tf.size(text)], 0.9), "classes": classes}


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("project")
    path = folder / "letters.yaml"
    path.write_text("name: letters\ntask: text_classification\ndata: {path: rows.csv}\n")
    versions = _versions(path)
    for number, otherwise in enumerate("cx"):
        module = FirstLetter(otherwise)
        model = folder / f"model-{number}"
        tf.saved_model.save(module, str(model), signatures={"serving_default": module.answer})
        versions.promote(model, VersionOrigin("a person", "", "", ""), 5)
    return path


@pytest.fixture(scope="module")
def log(config: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a server logs of two requests, one by REST of two texts each."""
    prefix = tmp_path_factory.mktemp("logs") / "letters"
    model = ["--model_name=letters", f"--model_base_path={config.parent / 'serving' / 'letters'}"]
    with ServerProcess([*model, f"--prediction-log={prefix}", "--prediction-log-rate=1"]) as server:
        for texts in (TEXTS[:2], TEXTS[2:]):
            _ask(server.rest_address, texts)
    return f"{prefix}-*.tfrecord"


def _ask(address: str, texts: Sequence[str]) -> None:
    body = str({"instances": list(texts)}).replace("'", '"').encode()
    with urllib.request.urlopen(f"http://{address}/v1/models/letters:predict", body, timeout=20) as answer:
        assert answer.status == 200


def _versions(config: pathlib.Path) -> ModelVersions:
    loaded = load_config(config)
    return open_versions(loaded.serving, loaded.name)


def test_what_differs_is_found(config: pathlib.Path, log: str) -> None:
    found = compare_on_requests(load_config(config), _versions(config), log, 1, 2)
    assert (found.num_rows, found.num_alike, found.num_skipped) == (4, 3, 0)
    (difference,) = found.differences
    assert difference.texts == {"text": "cherry"}
    assert [line.split("\t")[0] for line in difference.answers] == ["c", "x"]


def test_the_command_tells_it(config: pathlib.Path, log: str) -> None:
    code = "import sys; from pipeline.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "compare", str(config), "1", "2", "--requests", log]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    head, one, other = done.stdout.splitlines()[:3]
    assert head == "3 of 4 logged texts are answered alike (75.0%)"
    assert one.split() == ["version", "1:", "c", "0.900", "cherry"]
    assert other.split() == ["version", "2:", "x", "0.900", "cherry"]


def test_requests_of_other_kinds_are_counted(log: str) -> None:
    assert logged_rows(log, ("question", "context")) == ([], 2)


def test_what_is_no_log(config: pathlib.Path, tmp_path: pathlib.Path) -> None:
    with pytest.raises(UserError, match="there is no such file"):
        logged_rows(str(tmp_path / "*"), ("text",))
    (tmp_path / "x.tfrecord").write_text("something else, of some length")
    with pytest.raises(UserError, match="is no prediction log, or is damaged"):
        logged_rows(str(tmp_path / "*"), ("text",))
