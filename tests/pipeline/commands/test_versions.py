"""`bertline models`, `compare`, `promote`, `label`, `rollback` and `prune`, each call a process of its own."""

import getpass
import json
import os
import pathlib
import subprocess
import sys
from typing import Any

import pytest

from components.evaluator.verdict import Baseline, SliceMetrics, Verdict, write_verdict
from pipeline.runs.history import RunHistory
from pipeline.runs.record import ComponentRecord, RunRecord
from serving.version_record import VersionOrigin
from serving.version_store import VersionStore

HEAVY = ("tensorflow", "keras", "apache_beam", "tfx", "tensorflow_model_analysis", "numpy", "pyarrow", "ml_metadata")
CONFIG = "name: tickets\ntask: text_classification\ndata: {path: data.csv}\nserving: {keep_versions: 3}\n"


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
    wide = {**os.environ, "COLUMNS": "300"}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60, check=False, env=wide
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
def store(tmp_path: pathlib.Path) -> VersionStore:
    """Two versions: the second is better in accuracy, and worse in cross-entropy."""
    store = VersionStore(tmp_path / "serving", "tickets")
    for number, metrics in (
        (1, {"accuracy": 0.9, "cross_entropy": 0.3}),
        (2, {"accuracy": 0.95, "cross_entropy": 0.4}),
    ):
        origin = VersionOrigin("pipeline", f"run-{number}", "model", f"reason {number}", metrics)
        store.promote(saved_model(tmp_path / f"model-{number}", str(number)), origin, 5)
    return store


def saved_model(folder: pathlib.Path, content: str) -> pathlib.Path:
    folder.mkdir(parents=True)
    (folder / "saved_model.pb").write_text(content)
    return folder


def add_run(tmp_path: pathlib.Path, run: str, blessed: bool, baseline: int | None) -> None:
    """A run that made a model of its own, and what was found of that."""
    folder = tmp_path / "runs" / "tickets"
    evaluation, model = folder / run / "evaluation", folder / run / "model"
    saved_model(model / "Format-Serving", run)
    evaluation.mkdir(parents=True)
    metrics = (SliceMetrics({}, {"accuracy": 0.97}, None),)
    reason = "2 of 2 thresholds hold." if blessed else "1 of 2 thresholds failed: accuracy is bad."
    write_verdict(Verdict(blessed, reason, Baseline(baseline), (), metrics), str(evaluation))
    components = {
        "Trainer": ComponentRecord("done", 1.0, {"model": str(model)}),
        "Evaluator": ComponentRecord("done", 1.0, {"evaluation": str(evaluation)}),
    }
    RunHistory(folder).save(
        RunRecord(run=run, started_at=f"{run}T10:00:00+00:00", log="run.log", state="done", components=components)
    )


def lines(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert (done.returncode, done.stderr) == (0, "")
    return [" ".join(line.split()) for line in done.stdout.splitlines()]


def record(store: VersionStore, version: int) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads((store.versions()[version] / "assets.extra/promotion.json").read_text())
    return fields


def test_before_the_first_version(config: str) -> None:
    (line,) = lines(bertline("models", config))
    assert line == f"no version of tickets is served yet; `bertline run {config}` promotes one that is good enough"
    done = bertline("rollback", config, "--reason", "bad")
    assert done.returncode == 1
    assert "has no versions yet; `bertline models" in done.stderr
    assert lines(bertline("prune", config)) == ["bertline: nothing to delete"]


def test_versions_are_listed_the_newest_first(config: str, store: VersionStore) -> None:
    head, second, first = lines(bertline("models", config))
    assert head == "version promoted by run accuracy why"
    assert second.startswith("2 in service 20")
    assert second.endswith("pipeline run-2 0.9500 reason 2")
    assert first.startswith("1 20")
    assert first.endswith("pipeline run-1 0.9000 reason 1")
    found = json.loads(bertline("models", config, "--json").stdout)
    assert [(each["version"], each["in_service"]) for each in found] == [(2, True), (1, False)]
    assert found[0]["metrics"] == {"accuracy": 0.95, "cross_entropy": 0.4}


def test_two_versions_are_compared(config: str, store: VersionStore) -> None:
    found = lines(bertline("compare", config, "1", "2"))
    assert found[0] == "version 1 version 2 difference"
    assert "accuracy 0.9000 0.9500 +0.05 better" in found
    assert "cross_entropy 0.3000 0.4000 +0.1 worse" in found
    done = bertline("compare", config, "1", "7")
    assert (done.returncode, done.stderr) == (1, "bertline: there is no version 7 of tickets; there are 1, 2\n")


def test_a_rollback_is_told_and_listed(config: str, store: VersionStore) -> None:
    (line,) = lines(bertline("rollback", config, "--reason", "it is rude"))
    assert line.startswith("bertline: version 3 of tickets is in service: ")
    _, third, second, _ = lines(bertline("models", config))
    assert third.endswith(f"{getpass.getuser()} run-1 0.9000 rolled back to version 1: it is rude")
    assert second.startswith("2 withdrawn")
    done = bertline("rollback", config, "--reason", "", "--to", "2")
    assert (done.returncode, "must not be empty" in done.stderr) == (1, True)
    assert bertline("rollback", config).returncode == 2


def test_a_good_run_is_promoted(config: str, store: VersionStore, tmp_path: pathlib.Path) -> None:
    add_run(tmp_path, "2026-01-02", blessed=True, baseline=2)
    (line,) = lines(bertline("promote", config))
    assert line.startswith("bertline: version 3 of tickets is in service: ")
    found = record(store, 3)
    assert (found["run"], found["promoted_by"], found["metrics"]) == (
        "2026-01-02",
        getpass.getuser(),
        {"accuracy": 0.97},
    )
    assert found["reason"] == "2 of 2 thresholds hold."
    (line,) = lines(bertline("promote", config))
    assert line.startswith("bertline: version 3 of tickets is this model, and in service already: ")


@pytest.mark.parametrize(
    ("blessed", "baseline", "why"),
    [
        (False, 2, "run 2026-01-02 made a model that was refused: 1 of 2 thresholds failed: accuracy is bad."),
        (True, 1, "judged against version 1, but version 2 is in service now: run again"),
    ],
)
def test_what_speaks_against_a_run_needs_force_and_a_reason(
    config: str, store: VersionStore, tmp_path: pathlib.Path, blessed: bool, baseline: int, why: str
) -> None:
    add_run(tmp_path, "2026-01-02", blessed=blessed, baseline=baseline)
    done = bertline("promote", config, "2026")
    assert done.returncode == 1
    assert why in done.stderr
    assert "`--force --reason TEXT` promotes it all the same" in done.stderr
    done = bertline("promote", config, "--force")
    assert (done.returncode, "--force needs --reason" in done.stderr) == (1, True)
    assert store.current() == 2
    lines(bertline("promote", config, "--force", "--reason", "the test set is wrong"))
    assert record(store, 3)["reason"] == "forced: the test set is wrong"


def test_a_withdrawn_model_needs_force(config: str, store: VersionStore, tmp_path: pathlib.Path) -> None:
    add_run(tmp_path, "2026-01-02", blessed=True, baseline=2)
    lines(bertline("promote", config))
    lines(bertline("rollback", config, "--reason", "it is rude"))
    add_run(tmp_path, "2026-01-03", blessed=True, baseline=4)
    same = tmp_path / "runs" / "tickets" / "2026-01-03" / "model" / "Format-Serving" / "saved_model.pb"
    same.write_text("2026-01-02")
    done = bertline("promote", config, "2026-01-03")
    assert done.returncode == 1
    assert "was withdrawn: rolled back to version 2: it is rude; `--force" in done.stderr


def test_pruning_keeps_what_the_config_says(config: str, store: VersionStore, tmp_path: pathlib.Path) -> None:
    for number in (3, 4):
        origin = VersionOrigin("pipeline", "run", "model", "reason")
        store.promote(saved_model(tmp_path / f"model-{number}", str(number)), origin, 9)
    assert lines(bertline("prune", config)) == ["bertline: deleted version 1"]
    assert lines(bertline("prune", config, "--keep", "1")) == [
        "bertline: deleted version 2",
        "bertline: deleted version 3",
    ]
    assert bertline("prune", config, "--keep", "0").returncode == 2


def test_a_canary_becomes_stable(config: str, store: VersionStore, tmp_path: pathlib.Path) -> None:
    pathlib.Path(config).write_text(CONFIG.replace("serving: {", "serving: {models_config: true, "))
    add_run(tmp_path, "2026-01-02", blessed=True, baseline=2)
    (line,) = lines(bertline("promote", config, "--label", "canary"))
    assert line.startswith("bertline: version 3 of tickets is served as canary: ")
    assert [line.split(" 20")[0] for line in lines(bertline("models", config))[1:]] == ["3 canary", "2 in service", "1"]
    (line,) = lines(bertline("label", config, "stable", "3", "--reason", "it held"))
    assert line.startswith("bertline: version 3 of tickets is stable: ")
    assert lines(bertline("label", config, "canary")) == ["bertline: no version of tickets is canary any more"]
    assert [line.split(" 20")[0] for line in lines(bertline("models", config))[1:]] == ["3 in service", "2", "1"]
    (line,) = lines(bertline("rollback", config, "--reason", "it is rude"))
    assert line.startswith("bertline: version 2 of tickets is in service: ")
    assert 'key: "stable"\n      value: 2' in (store.base / "models.config").read_text()


def test_labels_that_cannot_be_given(config: str, store: VersionStore) -> None:
    done = bertline("label", config, "canary", "2")
    assert (done.returncode, "models_config: true" in done.stderr) == (1, True)
    pathlib.Path(config).write_text(CONFIG.replace("serving: {", "serving: {models_config: true, "))
    for arguments, words in (
        (("canary", "9"), "there is no version 9; there are 1, 2"),
        (("stable",), "the label stable says what is in service: give it to another version"),
        (("shadow",), "no version has the label shadow; there are stable"),
        (("a b", "1"), "label 'a b'"),
    ):
        done = bertline("label", config, *arguments)
        assert (done.returncode, words in done.stderr) == (1, True), done.stderr
