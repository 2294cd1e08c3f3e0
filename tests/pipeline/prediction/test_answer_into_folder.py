"""Shards that Beam writes, and what a second start makes of those that are there."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from models.tasks.interface.chosen_task import ChosenTask
from models.user_error import UserError
from pipeline.commands.predict import predict
from pipeline.config_files.load_config import load_config
from pipeline.prediction.answer_into_folder import FolderPrediction, answer_into_folder
from pipeline.prediction.input_files import InputFiles

NUM_ROWS = 1500


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Two files; every 100th row is refused, and every 77th is none."""
    folder = tmp_path_factory.mktemp("rows")
    lines = [
        "{" if number % 77 == 0 else json.dumps({"text": "bad" if number % 100 == 0 else "x" * (1 + number % 90)})
        for number in range(NUM_ROWS)
    ]
    (folder / "a.jsonl").write_text("\n".join(lines[:1000]))
    (folder / "b.jsonl").write_text("\n".join(lines[1000:]))
    return folder


def _prediction(project: Any, rows: pathlib.Path, rows_per_part: int = 50) -> FolderPrediction:
    config = load_config(project.config)
    inputs = InputFiles.matching(str(rows / "*.jsonl"), config.data, ["text"], rows_per_part)
    task = ChosenTask("text_classification")
    return FolderPrediction(inputs, project.config.parent / "serving/x/1", "fingerprint", task)


def _joined(folder: pathlib.Path, kind: str) -> list[Any]:
    shards = sorted(folder.glob(f"{kind}-*.jsonl"))
    return [json.loads(line) for shard in shards for line in shard.read_text().splitlines()]


@pytest.fixture(scope="module")
def undisturbed(project: Any, rows: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("undisturbed") / "out"
    counts = answer_into_folder(_prediction(project, rows), folder)
    assert (counts.answered, counts.rejected) == (NUM_ROWS - 34, 34)
    return folder


def test_joined_shards_are_the_answers_in_one_file(
    project: Any, rows: pathlib.Path, undisturbed: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    predict(project.config, pattern=str(rows / "*.jsonl"), output=tmp_path / "out.jsonl")
    for kind, path in (("answers", tmp_path / "out.jsonl"), ("rejects", tmp_path / "out.rejects.jsonl")):
        in_one, in_shards = [json.loads(line) for line in path.read_text().splitlines()], _joined(undisturbed, kind)
        # Other batches: the last bit of a float may differ.
        for one, other in zip(in_one, in_shards, strict=True):
            assert one.pop("score", 0) == pytest.approx(other.pop("score", 0), rel=1e-6)
            assert one == other
    assert len(list(undisturbed.glob("answers-*.jsonl"))) == 30


def test_a_kill_costs_nothing_that_is_written(
    project: Any, rows: pathlib.Path, undisturbed: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    folder = tmp_path / "out"
    program = (
        "import pathlib, sys; from pipeline.prediction.answer_into_folder import *;"
        "from pipeline.config_files.load_config import load_config;"
        "config = load_config(pathlib.Path(sys.argv[1]));"
        "inputs = InputFiles.matching(sys.argv[2], config.data, ['text'], 50);"
        "folder = pathlib.Path(sys.argv[1]).parent / 'serving/x/1';"
        "what = FolderPrediction(inputs, folder, 'fingerprint', ChosenTask('text_classification'));"
        "answer_into_folder(what, pathlib.Path(sys.argv[3]))"
    )
    command = [sys.executable, "-c", program, str(project.config), str(rows / "*.jsonl"), str(folder)]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        while len(list(folder.glob("answers-*.jsonl"))) < 4:
            assert process.poll() is None
            time.sleep(0.002)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    (folder / ".answers-x.jsonl.unfinished").write_text("half")
    left = {path.name: path.stat().st_mtime_ns for path in folder.glob("answers-*.jsonl")}
    assert 4 <= len(left) < 30
    counts = answer_into_folder(_prediction(project, rows), folder)
    assert (counts.answered, counts.rejected) == (NUM_ROWS - 34, 34)
    assert {name: (folder / name).stat().st_mtime_ns for name in left} == left
    shards = {path.name: path.read_bytes() for path in undisturbed.glob("*.jsonl")}
    assert {path.name: path.read_bytes() for path in folder.glob("*.jsonl")} == shards
    assert not list(folder.glob(".*unfinished"))


def test_what_is_done_is_left_alone(project: Any, rows: pathlib.Path, undisturbed: pathlib.Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in undisturbed.glob("*.jsonl")}
    assert answer_into_folder(_prediction(project, rows), undisturbed).rejected == 34
    assert {path.name: path.stat().st_mtime_ns for path in undisturbed.glob("*.jsonl")} == before


def test_answers_of_another_prediction_are_not_mixed_in(
    project: Any, rows: pathlib.Path, undisturbed: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    with pytest.raises(UserError, match="holds the answers of another prediction: rows_per_part differ, see"):
        answer_into_folder(_prediction(project, rows, 60), undisturbed)
    (tmp_path / "mine.jsonl").touch()
    with pytest.raises(UserError, match="holds other files; choose a new folder"):
        answer_into_folder(_prediction(project, rows), tmp_path)


def test_a_model_that_refuses_every_row_ends_it(project: Any, tmp_path: pathlib.Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"text": "bad"}\n' * 150)
    with pytest.raises(UserError, match=r"^\S+rows.jsonl, from line 1: each of 100 rows is refused: .*no bad texts"):
        answer_into_folder(_prediction(project, tmp_path, 100), tmp_path / "out")


def test_only_one_process_writes(project: Any, rows: pathlib.Path, tmp_path: pathlib.Path) -> None:
    program = "import sys; from serving.folder_lock import *; lock = folder_lock(pathlib.Path(sys.argv[1])); \
lock.__enter__(); print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdin
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(UserError, match="another process writes its answers to"):
            answer_into_folder(_prediction(project, rows), tmp_path)
        holder.stdin.close()


def test_a_shard_that_somebody_changed_is_told(
    project: Any, rows: pathlib.Path, undisturbed: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    import shutil

    copy = tmp_path / "out"
    shutil.copytree(undisturbed, copy)
    (copy / "answers-00001-000000-00003.jsonl").write_text("")
    with pytest.raises(RuntimeError, match=r"1,500 rows were read, but 1,4\d\d are answered and 34 rejected"):
        answer_into_folder(_prediction(project, rows), copy)
