"""What makes a run have something to do."""

import os
import pathlib
import shutil
import time
from collections.abc import Callable

import pytest

from models.config import ScratchConfig
from models.tokenisation.vocabulary import SPECIAL_TOKENS
from models.user_error import UserError
from pipeline.caching.file_hashes import FileHashes
from pipeline.caching.run_fingerprint import model_in_service, preset_fingerprint, run_fingerprint, task_modules
from pipeline.config import PipelineConfig
from pipeline.config_files.load_config import load_config
from serving.version_record import VersionOrigin
from serving.version_store import VersionStore

CONFIG = """\
name: reviews
task: TASK:Own
data: {path: "data/*.csv"}
schema_file: schema.pbtxt
model: {preset: ./preset}
"""
TASK = """\
from models.tasks.text_classification import TextClassification

class Own(TextClassification):
    name = "own"
"""


@pytest.fixture
def project(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """A folder with all that a config can name; nothing of it is ever run."""
    task = f"task_of_{tmp_path.name}"
    folder = tmp_path / "project"
    for name, content in {
        "config.yaml": CONFIG.replace("TASK", task),
        f"{task}.py": TASK,
        "data/a.csv": "text,label\ngood,1\n",
        "data/.hidden.csv": "text,label\n",
        "schema.pbtxt": "feature {}",
        "preset/config.json": "{}",
        "preset/assets/vocab.txt": "[PAD]\n",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    monkeypatch.syspath_prepend(folder)
    return folder


def fingerprint(project: pathlib.Path) -> str:
    """As a process of its own finds it, with the memory of those before."""
    hashes = FileHashes(project / "file_hashes.json")
    found = run_fingerprint(load_config(project / "config.yaml"), hashes)
    hashes.save()
    return found


def append(name: str, text: str = "\n") -> Callable[[pathlib.Path], None]:
    def change(project: pathlib.Path) -> None:
        with (project / name.replace("TASK", f"task_of_{project.parent.name}")).open("a") as file:
            file.write(text)

    change.__name__ = f"{name} {text!r}"
    return change


def rename_data(project: pathlib.Path) -> None:
    (project / "data/a.csv").rename(project / "data/b.csv")


def add_data(project: pathlib.Path) -> None:
    (project / "data/b.csv").touch()


def add_to_the_preset(project: pathlib.Path) -> None:
    (project / "preset/tokenizer.json").touch()


def write_the_task_again(project: pathlib.Path) -> None:
    (path,) = project.glob("task_of_*.py")
    os.utime(path, ns=(time.time_ns(), time.time_ns()))


def lose_the_memory(project: pathlib.Path) -> None:
    (project / "file_hashes.json").unlink()


def copy_the_data_over_itself(project: pathlib.Path) -> None:
    shutil.copyfile(project / "data/a.csv", project / "copy")
    (project / "copy").replace(project / "data/a.csv")


@pytest.mark.parametrize(
    "change",
    [
        append("data/a.csv"),
        rename_data,
        add_data,
        append("schema.pbtxt", "# read"),
        append("preset/config.json"),
        append("preset/assets/vocab.txt"),
        add_to_the_preset,
        append("TASK.py", "# changed"),
        append("config.yaml", "training: {seed: 7}"),
        append("config.yaml", "evaluation: {thresholds: [{metric: accuracy, at_least: 0.5}]}"),
        append("config.yaml", "serving: {keep_versions: 2}"),
    ],
    ids=lambda change: change.__name__,
)
def test_a_change_is_seen(project: pathlib.Path, change: Callable[[pathlib.Path], None]) -> None:
    before = fingerprint(project)
    change(project)
    assert fingerprint(project) != before


@pytest.mark.parametrize(
    "change",
    [
        append("config.yaml", "# a comment\ntraining: {}"),
        append("config.yaml", "notifications: {command: [mail]}"),
        append("data/.hidden.csv"),
        append("unrelated.py"),
        write_the_task_again,
        lose_the_memory,
        copy_the_data_over_itself,
    ],
    ids=lambda change: change.__name__,
)
def test_what_changes_nothing_is_none(project: pathlib.Path, change: Callable[[pathlib.Path], None]) -> None:
    before = fingerprint(project)
    change(project)
    assert fingerprint(project) == before


def test_a_missing_file_is_told(project: pathlib.Path) -> None:
    shutil.rmtree(project / "data")
    with pytest.raises(UserError, match=r"no file matches `data\.path`"):
        fingerprint(project)


def test_a_project_in_a_folder_with_brackets(project: pathlib.Path) -> None:
    copy = project.with_name("project [1]")
    shutil.copytree(project, copy)
    fingerprint(copy)


def test_a_preset_of_a_hub_is_known_by_its_name(tmp_path: pathlib.Path) -> None:
    hashes = FileHashes(tmp_path / "none")
    assert preset_fingerprint("hf://someone/bert", hashes) == "hf://someone/bert"
    assert preset_fingerprint("bert_tiny_en_uncased", hashes) == "bert_tiny_en_uncased"


def test_a_preset_is_known_by_its_files_wherever_it_is(project: pathlib.Path) -> None:
    """Links are followed, as Hugging Face's cache is made of them."""
    folder = project / "preset"
    linked = project / "linked"
    linked.mkdir()
    (linked / "assets").mkdir()
    for name in ("config.json", "assets/vocab.txt"):
        (linked / name).symlink_to(folder / name)
    hashes = FileHashes(project / "none")
    assert preset_fingerprint(str(linked), hashes) == preset_fingerprint(str(folder), hashes)


def test_the_module_of_a_task() -> None:
    assert task_modules("text_classification") == ("models.tasks.text_classification",)


def version(config: PipelineConfig, content: str, by_hand: bool = False) -> pathlib.Path:
    """Puts a model into service."""
    source = pathlib.Path(config.runs_directory).parent / f"model-{content}"
    source.mkdir(parents=True)
    (source / "saved_model.pb").write_text(content)
    store = VersionStore(config.serving.directory, config.name)
    if by_hand:
        return pathlib.Path(shutil.copytree(source, store.base / str((store.current() or 0) + 1)))
    return pathlib.Path(store.promote(source, VersionOrigin("a person", "", "", ""), keep_versions=5).location)


def test_the_model_in_service(project: pathlib.Path) -> None:
    config = load_config(project / "config.yaml")
    found = [model_in_service(config)]
    assert found == ["none"]
    for number, by_hand in enumerate((False, True, False)):
        folder = version(config, f"model {number}", by_hand)
        found.append(model_in_service(config))
        assert found[-1].startswith(f"{folder.name} ")
    shutil.rmtree(folder)
    assert model_in_service(config) == found[2]
    (VersionStore(config.serving.directory, config.name).versions()[2] / "saved_model.pb").write_text("another")
    found.append(model_in_service(config))
    assert len(set(found)) == len(found)


def test_the_vocabulary_of_a_model_from_scratch_counts(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "vocab.txt"
    source = ScratchConfig(vocabulary=str(path)).to_source()
    hashes = FileHashes(tmp_path / "hashes.json")
    with pytest.raises(UserError, match=r"names no file: .*vocab\.txt; `bertline vocabulary` writes one"):
        preset_fingerprint(source, hashes)
    path.write_text("\n".join([*SPECIAL_TOKENS, "a"]))
    before = preset_fingerprint(source, hashes)
    assert preset_fingerprint(source, hashes) == before
    path.write_text("\n".join([*SPECIAL_TOKENS, "ab"]))
    assert preset_fingerprint(source, hashes) != before
    assert preset_fingerprint(ScratchConfig(vocabulary=str(path), num_layers=2).to_source(), hashes) != before
