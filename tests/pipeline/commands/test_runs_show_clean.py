"""`bertline runs`, `show` and `clean` on runs made by hand, each call a process of its own."""

import dataclasses
import json
import pathlib
import subprocess
import sys

import pytest

from pipeline.runs.history import RunHistory
from pipeline.runs.lock import run_lock
from pipeline.runs.record import ComponentRecord, RunOutcome, RunRecord

HEAVY = ("tensorflow", "keras", "apache_beam", "tfx", "tensorflow_model_analysis", "numpy", "pyarrow", "ml_metadata")
CONFIG = "name: tickets\ntask: text_classification\ndata: {path: data.csv}\n"


def bertline(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Fails where a command imports what takes long."""
    code = (
        "import sys\n"
        "from pipeline.cli import main\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        f"    assert not set({HEAVY}) & set(sys.modules), 'HEAVY'"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert "HEAVY" not in done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def config(tmp_path: pathlib.Path) -> str:
    path = tmp_path / "tickets.yaml"
    path.write_text(CONFIG)
    return str(path)


@pytest.fixture
def runs_folder(tmp_path: pathlib.Path) -> pathlib.Path:
    return tmp_path / "runs" / "tickets"


@pytest.fixture
def records(runs_folder: pathlib.Path) -> list[RunRecord]:
    """Three runs, the newest first: one that was killed, one that failed, and a good one."""
    good = RunRecord(
        run="2026-01-01T10-00-00",
        started_at="2026-01-01T10:00:00+00:00",
        log=str(runs_folder / "logs" / "2026-01-01T10-00-00.log"),
        state="done",
        seconds=61.0,
        components={
            "Trainer": ComponentRecord("done", 60.0, {"model": str(runs_folder / "artifacts/Trainer/model/7")})
        },
        inputs="abc",
        in_service="1 def",
        outcome=RunOutcome(True, 1, "/serving/1", "good", "good", {"accuracy": 0.98765}),
    )
    failed = dataclasses.replace(
        good, run="2026-01-02T10-00-00", state="failed", outcome=None, error="data.csv: ünd\nmore", components={}
    )
    killed = dataclasses.replace(failed, run="2026-01-02T11-00-00", state="running", error="")
    history = RunHistory(runs_folder)
    for record in (good, failed, killed):
        history.save(record)
    model = runs_folder / "artifacts" / "Trainer" / "model" / "7"
    model.mkdir(parents=True)
    (model / "weights").write_bytes(b"x" * 2_500_000)
    return history.records()


def files(folder: pathlib.Path) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and path.name != ".lock"
    }


def test_before_the_first_run(config: str, runs_folder: pathlib.Path) -> None:
    done = bertline("runs", config)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"tickets was not run yet; `bertline run {config}` does\n"
    done = bertline("runs", config, "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, [])
    done = bertline("show", config)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"bertline: there are no runs in {runs_folder} yet; `bertline run CONFIG` makes one\n"
    assert not runs_folder.exists()


def test_clean_before_the_first_run(config: str) -> None:
    done = bertline("clean", config)
    assert (done.returncode, done.stderr) == (0, "")
    assert "no runs are known in" in done.stdout


def test_runs(config: str, records: list[RunRecord]) -> None:
    done = bertline("runs", config)
    assert (done.returncode, done.stderr) == (0, "")
    assert [" ".join(line.split()) for line in done.stdout.splitlines()] == [
        "run state time accuracy what came of it",
        "2026-01-02T11-00-00 killed 1:01 at its start",
        "2026-01-02T10-00-00 failed 1:01 data.csv: ünd",
        "2026-01-01T10-00-00 done 1:01 0.9877 version 1",
    ]


def test_runs_as_json(config: str, records: list[RunRecord]) -> None:
    done = bertline("runs", config, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert [RunRecord.from_json(fields) for fields in json.loads(done.stdout)] == records
    assert json.loads(done.stdout)[0]["state"] == "killed"


def test_runs_while_one_is_going_on(config: str, records: list[RunRecord], runs_folder: pathlib.Path) -> None:
    with run_lock(runs_folder):
        done = bertline("runs", config, "--json")
    assert [fields["state"] for fields in json.loads(done.stdout)] == ["running", "failed", "done"]


@pytest.mark.parametrize(("asked", "found"), [((), "2026-01-02T11-00-00"), (("2026-01-01",), "2026-01-01T10-00-00")])
def test_show(config: str, records: list[RunRecord], asked: tuple[str, ...], found: str) -> None:
    done = bertline("show", config, *asked)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0].split() == ["run", found, "of", "tickets"]
    done = bertline("show", config, *asked, "--json")
    assert json.loads(done.stdout)["record"]["run"] == found


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("2025", "no run begins with '2025'; there are: 2026-01-02T11-00-00, 2026-01-02T10-00-00, 2026-01-01T10-00-00"),
        ("2026-01-02", "several runs begin with '2026-01-02'; there are: 2026-01-02T11-00-00, 2026-01-02T10-00-00"),
    ],
)
def test_show_of_no_run_or_several(config: str, records: list[RunRecord], asked: str, message: str) -> None:
    done = bertline("show", config, asked)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"bertline: {message}\n")


def test_a_dry_run_removes_nothing(config: str, records: list[RunRecord], tmp_path: pathlib.Path) -> None:
    before = files(tmp_path)
    done = bertline("clean", config, "--keep", "1", "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "kept     2026-01-02T11-00-00  one of the last 1\n"
        "kept     2026-01-01T10-00-00  the last that went to its end\n"
        "would go 2026-01-02T10-00-00\n"
        "bertline: would go: 1 runs, 0.0 MB\n"
    )
    assert files(tmp_path) == before


def test_clean(config: str, records: list[RunRecord], runs_folder: pathlib.Path) -> None:
    newer = dataclasses.replace(records[-1], run="2026-01-03T10-00-00", components={})
    RunHistory(runs_folder).save(newer)
    done = bertline("clean", config, "--keep", "1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "kept     2026-01-03T10-00-00  one of the last 1\n"
        "removed  2026-01-02T11-00-00\n"
        "removed  2026-01-02T10-00-00\n"
        "removed  2026-01-01T10-00-00\n"
        "bertline: removed: 3 runs, 2.5 MB\n"
    )
    assert RunHistory(runs_folder).records() == [newer]
    assert not (runs_folder / "artifacts/Trainer/model/7").exists()


def test_clean_waits_for_no_run(
    config: str, records: list[RunRecord], runs_folder: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    before = files(tmp_path)
    with run_lock(runs_folder):
        done = bertline("clean", config, "--keep", "1")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"bertline: another run or clean-up is going on in {runs_folder}; wait for its end, or stop it\n"
    )
    assert files(tmp_path) == before


def test_clean_keeps_one_run_at_least(config: str, records: list[RunRecord], tmp_path: pathlib.Path) -> None:
    before = files(tmp_path)
    assert bertline("clean", config, "--keep", "0").returncode == 2
    assert files(tmp_path) == before


@pytest.mark.parametrize("command", ["runs", "show", "clean"])
def test_a_wrong_config_is_told(tmp_path: pathlib.Path, command: str) -> None:
    done = bertline(command, str(tmp_path / "missing.yaml"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "missing.yaml" in done.stderr


def test_a_dry_run_before_the_first_run_makes_nothing(config: str, runs_folder: pathlib.Path) -> None:
    assert bertline("clean", config, "--dry-run").returncode == 0
    assert not runs_folder.exists()


def test_a_damaged_record_is_told(config: str, records: list[RunRecord], runs_folder: pathlib.Path) -> None:
    path = runs_folder / "history" / "2026-01-02T10-00-00.json"
    path.write_text("")
    done = bertline("clean", config)
    assert done.returncode == 1
    assert str(path) in done.stderr
    assert path.exists()
