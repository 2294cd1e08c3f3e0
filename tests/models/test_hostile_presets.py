"""Folders that say they are presets and hold code: none of it runs, and each is refused in words."""

import base64
import contextlib
import json
import marshal
import pathlib
import pickle
import shutil
from collections.abc import Callable
from typing import Any

import keras
import keras_hub
import pytest

from models.preset_code import foreign_code
from models.preset_folder import PresetError
from models.presets import check_preset, load_backbone, load_vocabulary, preset_location

Spoil = Callable[[dict[str, Any]], None]


@pytest.fixture
def traces(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """A file that code of a preset would leave, and a module on the path that would leave it."""
    trace = tmp_path / "trace"
    (tmp_path / "evil_module.py").write_text(f"open({str(trace)!r}, 'w').close()\nclass BertBackbone: pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    return trace


def _lambda_that_writes(trace: pathlib.Path) -> dict[str, Any]:
    code = compile(f"lambda *x, **y: open({str(trace)!r}, 'w').close()", "<evil>", "eval").co_consts[0]
    value = base64.b64encode(marshal.dumps(code)).decode()
    return {"class_name": "__lambda__", "config": {"value": value, "defaults": None, "closure": None}}


def _hostile(kind: str, trace: pathlib.Path) -> Spoil:
    """Changes the config of a good preset."""

    def in_layer(values: dict[str, Any]) -> None:
        function = _lambda_that_writes(trace)
        values["config"]["dtype"] = {
            "module": "keras.layers",
            "class_name": "Lambda",
            "config": {"name": "evil", "function": function, "arguments": {}},
            "registered_name": None,
        }

    def bare(values: dict[str, Any]) -> None:
        values.clear()
        values.update(_lambda_that_writes(trace))

    def module(values: dict[str, Any]) -> None:
        values.update(module="evil_module", registered_name="evil>BertBackbone")

    def function(values: dict[str, Any]) -> None:
        values["config"]["dtype"] = {"module": "os", "class_name": "function", "config": "system"}

    return {"in a layer": in_layer, "bare": bare, "a module": module, "a function": function}[kind]


KINDS = ("in a layer", "bare", "a module", "a function")


def _folder(good: str, target: pathlib.Path, spoil: Spoil, name: str = "config.json") -> str:
    shutil.copytree(good, target)
    values = json.loads((target / name).read_text())
    spoil(values)
    (target / name).write_text(json.dumps(values))
    return str(target)


@pytest.mark.parametrize("kind", KINDS)
def test_code_in_a_config_is_refused_and_never_runs(
    kind: str, tiny_preset: str, tmp_path: pathlib.Path, traces: pathlib.Path
) -> None:
    preset = _folder(tiny_preset, tmp_path / "preset", _hostile(kind, traces))
    for load in (lambda: check_preset(preset, 16), lambda: load_backbone(preset, "float32")):
        with pytest.raises(PresetError, match=r"config\.json would have Keras load .* no code is run"):
            load()
    assert not traces.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_keras_by_itself_runs_none_of_it_either(
    kind: str, tiny_preset: str, tmp_path: pathlib.Path, traces: pathlib.Path
) -> None:
    preset = _folder(tiny_preset, tmp_path / "preset", _hostile(kind, traces))
    # What nobody reads, such as a layer in the place of a type, it passes over.
    with contextlib.suppress(ValueError, TypeError, KeyError):
        keras_hub.models.Backbone.from_preset(preset)
    assert not traces.exists()


def test_the_code_would_run_if_it_were_let(tmp_path: pathlib.Path, traces: pathlib.Path) -> None:
    function = keras.saving.deserialize_keras_object(_lambda_that_writes(traces), safe_mode=False)
    function()
    assert traces.exists()


def test_code_in_a_tokenisers_config_is_refused(tiny_preset: str, tmp_path: pathlib.Path, traces: pathlib.Path) -> None:
    preset = _folder(tiny_preset, tmp_path / "preset", _hostile("bare", traces), "tokenizer.json")
    with pytest.raises(PresetError, match=r"tokenizer\.json would have Keras load a function"):
        load_vocabulary(preset)
    assert not traces.exists()


class _Bomb:
    def __init__(self, trace: pathlib.Path) -> None:
        self._trace = trace

    def __reduce__(self) -> Any:
        return open, (str(self._trace), "w")


def test_pickled_weights_are_no_weights(tmp_path: pathlib.Path, traces: pathlib.Path) -> None:
    folder = tmp_path / "preset"
    folder.mkdir()
    sizes = {"vocab_size": 6, "max_position_embeddings": 64, "hidden_size": 16, "num_hidden_layers": 1}
    config = {"model_type": "bert", "num_attention_heads": 2, "intermediate_size": 32, **sizes}
    config |= {"hidden_dropout_prob": 0.1, "type_vocab_size": 2}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nWord\n")
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(_Bomb(traces)))
    with pytest.raises(PresetError, match=r"has no weights; expected is model\.safetensors"):
        check_preset(str(folder), 16)
    with pytest.raises(PresetError, match="cannot be loaded"):
        load_backbone(str(folder), "float32")
    assert not traces.exists()


def test_an_archive_is_no_preset(tmp_path: pathlib.Path) -> None:
    (tmp_path / "model.keras").write_bytes(b"PK\x03\x04")
    with pytest.raises(PresetError, match=r"is not a folder with a config\.json"):
        preset_location(str(tmp_path / "model.keras"))


@pytest.mark.parametrize("name", ["tiny_preset", "tiny_xlm_roberta_preset"])
def test_configs_of_kerashub_are_plain(name: str, request: pytest.FixtureRequest) -> None:
    folder = pathlib.Path(request.getfixturevalue(name))
    for path in folder.glob("*.json"):
        assert foreign_code(json.loads(path.read_text())) is None
