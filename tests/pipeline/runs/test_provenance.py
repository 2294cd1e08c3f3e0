"""What a run was made of: found, written down, moved with its project, and told."""

import dataclasses
import json
import pathlib
import subprocess

import pytest

from pipeline.caching.file_hashes import FileHashes
from pipeline.config_files.load_config import load_config
from pipeline.runs.code_version import code_version, lock_hash
from pipeline.runs.history import RunHistory
from pipeline.runs.provenance import CodeVersion, Provenance
from pipeline.runs.provenance_lines import provenance_lines
from pipeline.runs.provenance_of import preset_digest
from pipeline.runs.record import RunRecord

CONFIG = "name: tickets\ntask: text_classification\ndata: {path: data.csv}\nmodel: {preset: ./preset}\n"


def _git(folder: pathlib.Path, *arguments: str) -> str:
    names = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org"]
    done = subprocess.run(["git", *names, "-C", str(folder), *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: pathlib.Path) -> pathlib.Path:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "code.py").write_text("x = 1\n")
    (tmp_path / "requirements.txt").write_text("a==1\n")
    _git(tmp_path, "init", "--quiet")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "--quiet", "-m", "first")
    return tmp_path


def test_a_checkout_is_known_by_its_commit(checkout: pathlib.Path) -> None:
    found = code_version("text_classification", checkout)
    assert (found.commit, found.changed) == (_git(checkout, "rev-parse", "HEAD"), False)
    (checkout / "tickets.yaml").write_text("a config of the user's\n")
    assert code_version("text_classification", checkout).changed is False


@pytest.mark.parametrize("path", ["models/code.py", "models/new.py", "requirements.txt"])
def test_changed_code_is_told_from_its_commit(checkout: pathlib.Path, path: str) -> None:
    (checkout / path).write_text("other\n")
    assert code_version("text_classification", checkout).changed is True


def test_without_a_checkout_the_fingerprint_tells(tmp_path: pathlib.Path) -> None:
    found = code_version("text_classification", tmp_path)
    assert (found.commit, found.changed) == (None, None)
    assert len(found.fingerprint) == 32


def test_a_folder_inside_of_another_checkout_is_no_checkout(checkout: pathlib.Path) -> None:
    assert code_version("text_classification", checkout / "models").commit is None


def test_the_lock_is_known_by_its_hash(checkout: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    before = lock_hash(checkout)
    (checkout / "requirements.txt").write_text("a==2\n")
    assert before is not None
    assert lock_hash(checkout) != before
    assert lock_hash(tmp_path_factory.mktemp("none")) is None


def _provenance(project: pathlib.Path) -> Provenance:
    (project / "preset").mkdir()
    (project / "preset" / "config.json").write_text("{}")
    (project / "data.csv").write_text("text,label\n")
    (project / "tickets.yaml").write_text(CONFIG)
    return Provenance(
        code=CodeVersion("f" * 32, "c" * 40, True, "0.1.0"),
        lock="a" * 64,
        libraries={"python": "3.11.9"},
        data={str(project / "data.csv"): "d" * 128, "gs://bucket/more.csv": "e" * 128, "/elsewhere/x.csv": "b" * 128},
        schema=None,
        preset="p",
        config=load_config(project / "tickets.yaml").model_dump(mode="json", exclude={"notifications"}),
        machine={"processor": "AMD", "cores": "2", "memory": "8 GiB", "accelerators": "none", "system": "Linux"},
    )


def test_a_project_can_be_moved(tmp_path: pathlib.Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    record = RunRecord("r", "2026-01-02T03:04:05+00:00", "/l", state="done", provenance=_provenance(here))
    RunHistory(here / "runs" / "tickets").save(record)
    assert RunHistory(here / "runs" / "tickets").records()[0].provenance == record.provenance
    here.rename(there)
    found = RunHistory(there / "runs" / "tickets").records()[0].provenance
    assert found
    assert list(found.data) == [str(there / "data.csv"), "gs://bucket/more.csv", "/elsewhere/x.csv"]
    assert found.config == load_config(there / "tickets.yaml").model_dump(mode="json", exclude={"notifications"})
    assert str(there) in found.config["model"]["preset"]


def test_a_record_of_an_earlier_release_is_read(tmp_path: pathlib.Path) -> None:
    history = RunHistory(tmp_path)
    history.save(RunRecord("r", "2026-01-02T03:04:05+00:00", "/l", state="done"))
    path = tmp_path / "history" / "r.json"
    fields = json.loads(path.read_text())
    del fields["provenance"]
    path.write_text(json.dumps(fields))
    assert history.records()[0].provenance is None


def test_it_is_told_in_a_few_lines(tmp_path: pathlib.Path) -> None:
    provenance = _provenance(tmp_path)
    assert dict(provenance_lines(provenance)) == {
        "code": "commit cccccccccccc, changed since, fingerprint ffffffffffff",
        "lock": "requirements.txt aaaaaaaaaaaa",
        "data": "data.csv dddddddddddd, more.csv eeeeeeeeeeee, x.csv bbbbbbbbbbbb",
        "seed": "training.seed 42",
        "machine": "AMD, 2 cores, 8 GiB",
    }
    others = dataclasses.replace(
        provenance,
        code=CodeVersion("f" * 32, release="0.1.0"),
        lock=None,
        machine={**provenance.machine, "accelerators": "H200"},
        data={f"/{number}.csv": "a" * 128 for number in range(5)},
    )
    told = dict(provenance_lines(others))
    assert told["code"] == "release 0.1.0, fingerprint ffffffffffff"
    assert told["lock"] == "none"
    assert told["machine"] == "AMD, 2 cores, 8 GiB, H200"
    assert told["data"].endswith("2.csv aaaaaaaaaaaa, and 2 more files")


def test_a_vocabulary_is_known_wherever_it_lies(tmp_path: pathlib.Path) -> None:
    found = []
    for name in ("one", "other"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good"]))
        text = CONFIG.replace("./preset", "scratch, scratch: {vocabulary: vocab.txt}, sequence_length: 16")
        (folder / "config.yaml").write_text(text)
        config = load_config(folder / "config.yaml")
        found.append(preset_digest(config, FileHashes(folder / "hashes.json")))
    assert found[0] == found[1]
