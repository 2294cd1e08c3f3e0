"""Files that a run read and that are not what they were: each is named, and nothing runs."""

import dataclasses
import pathlib

import pytest

from components.text_example_gen.fingerprint import hashed_files
from models.user_error import UserError
from pipeline.caching.file_hashes import FileHashes
from pipeline.config_files.load_config import load_config
from pipeline.reproduce.changed_inputs import require_equal_inputs
from pipeline.reproduce.recorded_run import RecordedRun
from pipeline.runs.provenance import CodeVersion, Provenance
from pipeline.runs.provenance_of import preset_digest, schema_digest
from pipeline.runs.record import RunOutcome, RunRecord

CONFIG = """
name: tickets
task: text_classification
data: {train: 'train*.csv', eval: eval.csv}
model: {preset: ./preset}
schema_file: schema.pbtxt
"""
OUTCOME = RunOutcome(True, 1, None, "", "", {})


@pytest.fixture
def run(tmp_path: pathlib.Path) -> RecordedRun:
    (tmp_path / "preset").mkdir()
    (tmp_path / "preset" / "config.json").write_text("{}")
    for name in ("train1.csv", "train2.csv", "eval.csv", "schema.pbtxt"):
        (tmp_path / name).write_text(f"content of {name}\n")
    (tmp_path / "tickets.yaml").write_text(CONFIG)
    config = load_config(tmp_path / "tickets.yaml")
    hashes = FileHashes(tmp_path / "hashes.json")
    provenance = Provenance(
        code=CodeVersion("f"),
        lock=None,
        libraries={},
        data={file.path: file.digest for file in hashed_files(config.data)},
        schema=schema_digest(config),
        preset=preset_digest(config, hashes),
        config=config.model_dump(mode="json", exclude={"notifications"}),
        machine={},
    )
    return RecordedRun.of(RunRecord("r", "t", "l", "done", outcome=OUTCOME, provenance=provenance))


def _told(run: RecordedRun, folder: pathlib.Path) -> list[str]:
    with pytest.raises(UserError) as error:
        require_equal_inputs(run, FileHashes(folder / "others.json"))
    first, *changes, way_out = str(error.value).splitlines()
    assert first == "run r cannot be reproduced, since it read other files than are there now:"
    assert way_out.startswith("put them back")
    return [change.strip().replace(f"{folder}/", "") for change in changes]


def test_equal_files_may_be_read_again(run: RecordedRun, tmp_path: pathlib.Path) -> None:
    require_equal_inputs(run, FileHashes(tmp_path / "others.json"))


def test_changed_and_new_files_are_named(run: RecordedRun, tmp_path: pathlib.Path) -> None:
    (tmp_path / "train2.csv").write_text("content of train2.csv!\n")
    (tmp_path / "train3.csv").write_text("more")
    assert _told(run, tmp_path) == ["changed: train2.csv", "new: train3.csv"]


def test_missing_files_are_named(run: RecordedRun, tmp_path: pathlib.Path) -> None:
    (tmp_path / "train1.csv").unlink()
    assert _told(run, tmp_path) == ["gone: train1.csv"]
    # Now a pattern matches nothing.
    (tmp_path / "eval.csv").unlink()
    (tmp_path / "train2.csv").write_text("other")
    assert _told(run, tmp_path) == ["gone: train1.csv", "changed: train2.csv", "gone: eval.csv"]


def test_schema_and_preset_count(run: RecordedRun, tmp_path: pathlib.Path) -> None:
    (tmp_path / "schema.pbtxt").write_text("another")
    (tmp_path / "preset" / "model.weights.h5").write_text("other weights")
    assert _told(run, tmp_path) == ["changed: schema.pbtxt (schema_file)", "changed: preset (model.preset)"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"state": "killed"}, "was killed: only what came to its end"),
        ({"part": "from Evaluator"}, "ran only a part of the line"),
        ({"provenance": None}, "recorded by a release that did not write down"),
    ],
)
def test_what_cannot_be_run_again_is_refused(run: RecordedRun, changes: dict[str, object], message: str) -> None:
    with pytest.raises(UserError, match=message):
        RecordedRun.of(dataclasses.replace(run.record, **changes))


def test_the_config_of_another_release_is_refused(run: RecordedRun) -> None:
    provenance = dataclasses.replace(run.provenance, config={**run.provenance.config, "spells": {}})
    with pytest.raises(UserError, match="has other fields"):
        RecordedRun.of(dataclasses.replace(run.record, provenance=provenance))
