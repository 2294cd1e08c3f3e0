"""A preset whose download is broken off, or whose weights are cut: nothing half is used."""

import hashlib
import http.server
import os
import pathlib
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator

import numpy as np
import pytest
import safetensors.numpy

from models.preset_folder import PresetError
from models.presets import load_backbone

VOCABULARY = "\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(f"word{n}" for n in range(3_000))]).encode()

LOAD = """
from models.presets import load_vocabulary
from models.user_error import UserError
try:
    print("loaded", load_vocabulary("hf://someone/bert").size)
except UserError as error:
    print(error)
"""


class _Hub(http.server.ThreadingHTTPServer):
    """As much of the Hugging Face hub as a download asks for; it may break off half way, or hang there."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.files = {"vocab.txt": VOCABULARY, "tokenizer_config.json": b'{"do_lower_case": true}'}
        self.breaks_off = self.hangs = False
        self.is_half_way = threading.Event()
        self.may_go_on = threading.Event()


class _Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Hub

    def do_HEAD(self) -> None:
        self._head()

    def do_GET(self) -> None:
        content = self._head()
        if not (self.server.breaks_off or self.server.hangs):
            self.wfile.write(content)
            return
        self.wfile.write(content[: len(content) // 2])
        self.wfile.flush()
        self.server.is_half_way.set()
        if self.server.hangs:
            self.server.may_go_on.wait(60)
        self.close_connection = True

    def _head(self) -> bytes:
        name = self.path.partition("/resolve/main/")[2]
        content = self.server.files.get(name)
        self.send_response(404 if content is None else 200)
        if content is None:
            self.send_header("X-Error-Code", "EntryNotFound")
        self.send_header("X-Repo-Commit", "0" * 40)
        self.send_header("ETag", f'"{hashlib.sha256(content or b"").hexdigest()}"')
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        return content or b""

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def hub() -> Iterator[_Hub]:
    with _Hub() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.may_go_on.set()
        server.shutdown()


def _loading(hub: _Hub, cache: pathlib.Path) -> subprocess.Popen[str]:
    address = f"http://127.0.0.1:{hub.server_port}"
    environment = {**os.environ, "HF_HOME": str(cache), "HF_ENDPOINT": address, "NO_PROXY": "127.0.0.1"}
    return subprocess.Popen([sys.executable, "-c", LOAD], stdout=subprocess.PIPE, text=True, env=environment)


def _told(hub: _Hub, cache: pathlib.Path) -> str:
    return _loading(hub, cache).communicate(timeout=120)[0].strip()


def test_a_download_that_breaks_off_is_told_and_made_anew(hub: _Hub, tmp_path: pathlib.Path) -> None:
    hub.breaks_off = True
    told = _told(hub, tmp_path)
    assert told.startswith("preset 'hf://someone/bert' cannot be downloaded: ")
    assert told.endswith("nothing half-downloaded is used: give the same command again when the hub is in reach")
    assert not list(tmp_path.rglob("vocab.txt"))
    hub.breaks_off = False
    assert _told(hub, tmp_path) == "loaded 3005"


def test_a_download_that_is_killed_is_made_anew(hub: _Hub, tmp_path: pathlib.Path) -> None:
    hub.hangs = True
    killed = _loading(hub, tmp_path)
    assert hub.is_half_way.wait(60)
    killed.kill()
    assert killed.communicate()[0] == ""
    assert not list(tmp_path.rglob("vocab.txt"))
    hub.hangs = False
    hub.may_go_on.set()
    assert _told(hub, tmp_path) == "loaded 3005"


@pytest.mark.parametrize("share", [0.0, 0.5, 0.999])
def test_cut_weights_of_keras_hub_are_told(tiny_preset: str, tmp_path: pathlib.Path, share: float) -> None:
    folder = shutil.copytree(tiny_preset, tmp_path / "preset")
    weights = folder / "model.weights.h5"
    os.truncate(weights, int(weights.stat().st_size * share))
    with pytest.raises(PresetError, match=rf"preset '{folder}' cannot be loaded: "):
        load_backbone(str(folder), "float32")


@pytest.mark.parametrize("share", [0.0, 0.5, 0.999])
def test_cut_weights_of_hugging_face_are_told(tmp_path: pathlib.Path, share: float) -> None:
    (tmp_path / "config.json").write_text(
        '{"model_type": "bert", "vocab_size": 7, "num_hidden_layers": 1, "num_attention_heads": 2, "hidden_size": 16, '
        '"intermediate_size": 32, "hidden_dropout_prob": 0.1, "max_position_embeddings": 32, "type_vocab_size": 2}'
    )
    weights = tmp_path / "model.safetensors"
    safetensors.numpy.save_file({"embeddings.word_embeddings.weight": np.zeros((7, 16), "float32")}, weights)
    os.truncate(weights, int(weights.stat().st_size * share))
    with pytest.raises(PresetError, match=rf"preset '{tmp_path}' cannot be loaded: "):
        load_backbone(str(tmp_path), "float32")
