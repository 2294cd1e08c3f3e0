import gzip
import pathlib
import subprocess
import sys

import pytest

from models.config import ModelConfig
from models.presets import preset_location
from pipeline.config import PipelineConfig
from pipeline.config_files.keras_hub_presets import keras_hub_presets
from pipeline.doctor.config_findings import read_config
from pipeline.doctor.leftovers import check_runs_folder, check_served_versions
from pipeline.doctor.preset_source import check_preset_source
from pipeline.doctor.run_needs import RunNeeds
from serving.version_record import VersionOrigin
from serving.version_store import VersionStore

MINILM_BYTES = 90_868_376
PROMOTE_AND_DIE = """
import os, pathlib, signal, sys
from serving import version_store
version_store.copy_folder = lambda source, target: (target.mkdir(), os.kill(os.getpid(), signal.SIGKILL))
version_store.VersionStore(sys.argv[1], "x").promote(
    pathlib.Path(sys.argv[2]), version_store.VersionOrigin("test", "run", "model", "good"), 5
)
"""
HOLD = """
import pathlib, sys
from serving.folder_lock import folder_lock
with folder_lock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    (tmp_path / "rows.csv").write_text("text,label\n" * 100)
    (tmp_path / "c.yaml").write_text("name: x\ntask: text_classification\ndata: {path: rows.csv}\n")
    return tmp_path


@pytest.fixture(autouse=True)
def _empty_caches(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub.constants

    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path / "kaggle"))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hugging_face"))


def test_a_right_config_is_ok(folder: pathlib.Path) -> None:
    config, finding = read_config(folder / "c.yaml")
    assert config is not None
    assert finding.state == "ok"


def test_a_wrong_config_is_a_problem_on_one_line(folder: pathlib.Path) -> None:
    (folder / "c.yaml").write_text("name: x\ntask: text_classification\nmodle: {}\n")
    config, finding = read_config(folder / "c.yaml")
    assert config is None
    assert str(finding) == f"{folder}/c.yaml has 2 faults: `bertline config {folder}/c.yaml` tells all"


def test_files_that_are_not_there_are_named(folder: pathlib.Path) -> None:
    (folder / "rows.csv").unlink()
    config, finding = read_config(folder / "c.yaml")
    assert config is not None
    assert finding.state == "problem"
    assert "no file matches `data.path`" in finding.text


@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        ("minilm_l6_en", "ok|minilm_l6_en is bundled"),
        ("gs://bucket/preset", "ok|gs://bucket/preset is read when a run needs it; it was not looked at"),
        ("minilm_l6_em", "problem|there is no preset 'minilm_l6_em'; did you mean 'minilm_l6_en'?: correct `model` in"),
        ("/no/folder", "problem|'/no/folder' is not a folder with a config.json"),
        (
            "bert_tiny_en_uncased",
            "warning|bert_tiny_en_uncased is not in the cache: the first run downloads 18 MB",
        ),
        (
            "kaggle://keras/bert/keras/own/1",
            "warning|kaggle://keras/bert/keras/own/1 is not in the cache: the first run",
        ),
        (
            "hf://google/bert",
            "warning|hf://google/bert is not in the cache: the first run downloads it over the network",
        ),
    ],
)
def test_a_preset_tells_where_it_comes_from(preset: str, expected: str) -> None:
    finding = check_preset_source(ModelConfig(preset=preset))
    assert f"{finding.state}|{finding}".startswith(expected)


def test_a_folder_is_read(tmp_path: pathlib.Path) -> None:
    bundled = preset_location("minilm_l6_en")
    assert check_preset_source(ModelConfig(preset=bundled)).text.endswith("is a folder that fits")
    finding = check_preset_source(ModelConfig(preset="minilm_l6_en", sequence_length=512))
    assert finding.state == "ok"


def test_a_cached_preset_needs_no_network(tmp_path: pathlib.Path) -> None:
    handle = keras_hub_presets()["bert_tiny_en_uncased"].handle
    for weights in (
        tmp_path / "kaggle" / "models" / handle / "model.weights.h5",
        tmp_path / "hugging_face" / "models--google--bert" / "snapshots" / "abc" / "model.safetensors",
        tmp_path / "hugging_face" / "models--google--bert" / "refs" / "main",
    ):
        weights.parent.mkdir(parents=True)
        weights.write_text("abc")
    for preset in ("bert_tiny_en_uncased", f"kaggle://{handle}", "hf://google/bert"):
        assert str(check_preset_source(ModelConfig(preset=preset))) == f"{preset} is in the cache"


def test_what_kaggle_keeps_is_looked_for_where_it_is() -> None:
    from kagglehub.cache import get_cached_path
    from kagglehub.handle import parse_model_handle

    from pipeline.doctor.preset_source import kaggle_folder

    handle = keras_hub_presets()["bert_base_zh"].handle
    assert kaggle_folder(handle) == pathlib.Path(get_cached_path(parse_model_handle(handle)))


def _needs(folder: pathlib.Path, **changes: object) -> RunNeeds:
    values = {"name": "x", "task": "text_classification", "data": {"path": "rows.csv"}, **changes}
    return RunNeeds.of_config(PipelineConfig.model_validate(values).relative_to(folder))


def test_needs_follow_the_sizes_of_data_and_weights(folder: pathlib.Path) -> None:
    assert _needs(folder) == RunNeeds(weights=MINILM_BYTES, data=1_100)
    assert _needs(folder, model={"preset": "bert_base_zh"}).weights == 4 * 102_267_648
    assert _needs(folder, model={"preset": "hf://a/b"}).weights == 440_000_000
    assert _needs(folder, model={"preset": "./nowhere"}).weights == 440_000_000
    (folder / "rows.csv.gz").write_bytes(gzip.compress(b"text,label\n"))
    size = (folder / "rows.csv.gz").stat().st_size
    assert _needs(folder, data={"path": "rows.csv.gz"}).data == 4 * size
    assert _needs(folder, data={"path": "nowhere.csv"}).data == 0


def test_a_run_that_goes_on_is_told(folder: pathlib.Path) -> None:
    runs = folder / "runs"
    assert check_runs_folder(runs).text == "no run so far"
    runs.mkdir()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(runs)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    assert check_runs_folder(runs).state == "warning"
    # The lock's file stays; the lock does not.
    holder.kill()
    holder.communicate()
    assert (check_runs_folder(runs).state, check_runs_folder(runs).text) == ("ok", "no run is going on")


@pytest.fixture
def store(folder: pathlib.Path) -> VersionStore:
    model = folder / "model"
    model.mkdir()
    (model / "saved_model.pb").write_bytes(b"graph")
    store = VersionStore(folder / "serving", "x")
    assert check_served_versions(store).text == "no version so far"
    store.promote(model, VersionOrigin("test", "run", "model", "good"), keep_versions=5)
    return store


def test_whole_versions_are_ok(store: VersionStore) -> None:
    finding = check_served_versions(store)
    assert (finding.state, finding.text) == ("ok", f"version 1 is in service in {store.base}")


def test_what_a_killed_promotion_left_is_a_warning(store: VersionStore, folder: pathlib.Path) -> None:
    model = folder / "better"
    model.mkdir()
    (model / "saved_model.pb").write_bytes(b"better graph")
    command = [sys.executable, "-c", PROMOTE_AND_DIE, str(folder / "serving"), str(model)]
    assert subprocess.run(command, check=False).returncode == -9
    finding = check_served_versions(store)
    assert (finding.state, finding.text) == ("warning", "a promotion was stopped midway and left .staging-2")
    store.promote(model, VersionOrigin("test", "run", "model", "good"), keep_versions=5)
    assert check_served_versions(store).state == "ok"


def test_a_version_that_no_server_can_load_is_a_problem(store: VersionStore) -> None:
    (store.base / "7").mkdir()
    finding = check_served_versions(store)
    assert finding.state == "problem"
    assert finding.text == f"{store.base / '7'}: no saved_model.pb, so that no server can load it"
