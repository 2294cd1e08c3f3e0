"""`bertline reproduce` on a tiny line that was run: equal, refused for changed data, and not reproduced.

What the one run of this module left is looked at for two things more: that `redact: true` keeps texts out, and that
labels, columns and values which look like paths and markup are neither.
"""

import gzip
import html
import json
import pathlib
import random
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest
import typer
import yaml

from models.user_error import UserError
from pipeline.commands.reproduce import NOT_REPRODUCED, reproduce
from pipeline.config_files.load_config import load_config
from pipeline.log_file import log_file, new_log_path
from pipeline.runs.history import RunHistory
from pipeline.runs.line_run import LineRun
from pipeline.runs.part import RunPart

_METRICS = (
    *("accuracy", "macro_f1", "mcc", "auc", "ece", "cross_entropy", "example_count"),
    "metrics of slices and labels",
)

PERSONAL = "zebedee"
"""A word of each text, which `redact: true` has to keep out of all but the data's own artifacts."""
NUM_REJECTED = 5
LABELS, COLUMN = ("../../up", "<script>alert(1)</script>"), "../<b>channel"
_OF_DATA = ("TextExampleGen/examples", "Transform", "Trainer/predictions", "StatisticsGen", "TextSchemaGen")


class _Silent:
    def plan(self, components: list[str]) -> None: ...

    def started(self, component: str) -> None: ...

    def finished(self, component: str, state: str, seconds: float) -> None: ...


@pytest.fixture(scope="module")
def project(tiny_preset: str, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A folder in which a line was run once, to its promoted model."""
    folder, numbers = tmp_path_factory.mktemp("project"), random.Random(1)
    words = ["the", "film", "movie", "food", "service", "was", "is", "very"]
    labels = [numbers.choice(LABELS) for _ in range(150)]
    rows = [f"{' '.join(numbers.choices(words, k=6))} {PERSONAL},{label},../../{label[:2]}" for label in labels]
    rows += [f"{PERSONAL} {number},,mail" for number in range(NUM_REJECTED)]
    (folder / "reviews.csv").write_text("\n".join([f"text,label,{COLUMN}", *rows]) + "\n")
    config = {
        "name": "reviews",
        "task": "text_classification",
        "data": {"path": "reviews.csv", "max_rejected_fraction": 0.1},
        "redact": True,
        "model": {"preset": tiny_preset, "sequence_length": 16},
        "training": {"epochs": 1, "batch_size": 16, "learning_rate": 0.01, "precision": "float32"},
        "evaluation": {"slices": [COLUMN], "thresholds": [{"metric": "accuracy", "at_least": 0.0}]},
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    line = LineRun(load_config(folder / "config.yaml"), RunPart())
    log = new_log_path(folder / "runs/reviews/logs")
    with log_file(log):
        line.execute(log, _Silent())
    return folder


@pytest.fixture
def temporary(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pathlib.Path]:
    """Where temporary folders go; nothing may stay there."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    assert not list(tmp_path.glob("bertline-reproduce-*"))


def _files(folder: pathlib.Path) -> dict[pathlib.Path, tuple[int, int]]:
    statuses = {path: path.stat() for path in folder.rglob("*")}
    return {path: (status.st_mtime_ns, status.st_size) for path, status in statuses.items() if path.name != ".lock"}


def _reproduce(project: pathlib.Path, capfd: Any, keep: pathlib.Path | None = None) -> tuple[int, dict[str, Any]]:
    """The exit code and the JSON."""
    capfd.readouterr()
    try:
        reproduce(project / "config.yaml", None, keep, 1e-9, as_json=True)
    except typer.Exit as ended:
        return ended.exit_code, json.loads(capfd.readouterr().out)
    return 0, json.loads(capfd.readouterr().out)


def test_an_unchanged_run_is_reproduced_and_nothing_is_touched(
    project: pathlib.Path, temporary: pathlib.Path, capfd: Any
) -> None:
    before = _files(project)
    # What the YAML file says by now does not matter.
    config = project / "config.yaml"
    config.write_text(config.read_text().replace("epochs: 1", "epochs: 2"))
    before[config] = _files(project)[config]
    exit_code, found = _reproduce(project, capfd)
    assert exit_code == 0
    assert found["reproduced"]
    results = {each["what"].partition(" for ")[0]: each for each in found["comparisons"]}
    assert {name: (each["equal"], each["decides"]) for name, each in results.items()} == dict.fromkeys(
        ("rows", "labels", "weights", "predictions", *_METRICS, "accuracy at_least: 0", "verdict"), (True, True)
    )
    assert results["rows"]["recorded"].startswith("155 read, 5 rejected: train ")
    assert results["weights"]["note"] == "equal"
    # Somebody may commit while the tests run.
    assert all(told.endswith("the code that the run comes to is equal") for told in found["conditions"])
    assert _files(project) == before


def test_another_seed_is_not_reproduced(project: pathlib.Path, temporary: pathlib.Path, capfd: Any) -> None:
    path = next(project.glob("runs/reviews/history/*.json"))
    fields = json.loads(path.read_text())
    assert fields["provenance"]["config"]["training"]["seed"] == 42
    other = json.loads(path.read_text())
    other["provenance"]["config"]["training"]["seed"] = 7
    path.write_text(json.dumps(other))
    kept = temporary / "kept"
    exit_code, found = _reproduce(project, capfd, kept)
    path.write_text(json.dumps(fields))
    assert exit_code == NOT_REPRODUCED
    assert not found["reproduced"]
    differing = {each["what"] for each in found["comparisons"] if each["equal"] is False}
    assert "weights" in differing
    assert not differing & {"rows", "labels"}
    assert found["folder"] == str(kept)
    again = RunHistory(kept / "runs" / "reviews").records()[0]
    assert again.provenance is not None
    assert again.provenance.seeds == {"training.seed": 7}
    assert not (kept / "serving").exists()


def test_changed_data_is_refused_by_name(project: pathlib.Path, temporary: pathlib.Path) -> None:
    data = project / "reviews.csv"
    before = data.read_text()
    data.write_text(before.replace("film", "food", 1))
    with pytest.raises(UserError, match=f"changed: {data}"):
        reproduce(project / "config.yaml", None, None, 1e-9, as_json=True)
    data.write_text(before)


def test_a_folder_that_holds_something_is_not_written_to(project: pathlib.Path) -> None:
    with pytest.raises(UserError, match="name a new folder"):
        reproduce(project / "config.yaml", None, project, 1e-9, as_json=True)


def _that_hold(folder: pathlib.Path, word: str) -> set[str]:
    """The files that hold a word, unpacked where they are packed."""
    held = set()
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            content = gzip.decompress(content) if path.suffix == ".gz" else content
            if word.encode() in content:
                held.add(str(path.relative_to(folder)))
    return held


def test_a_redacted_run_leaves_texts_in_its_data_only(project: pathlib.Path) -> None:
    artifacts = "runs/reviews/artifacts/"
    held = _that_hold(project, PERSONAL)
    assert "reviews.csv" in held
    # So the search finds what is there to be found.
    assert any(name.startswith(f"{artifacts}TextExampleGen/examples") for name in held)
    assert any(name.startswith(f"{artifacts}Trainer/predictions") for name in held)
    others = {name for name in held if not name.startswith(tuple(f"{artifacts}{folder}" for folder in _OF_DATA))}
    assert others == {"reviews.csv"}
    made = {path.name for path in project.rglob("*") if path.is_file()}
    assert {"rejects.jsonl", "rows.json", "report.html", "report.json", "validation.json", "verdict.json"} <= made
    assert "tf_serving_warmup_requests" in made
    rejects = next(project.glob(f"{artifacts}TextExampleGen/rejects/*/rejects.jsonl"))
    assert len(rejects.read_text().splitlines()) == NUM_REJECTED


def test_names_in_the_data_are_no_paths_and_no_markup(project: pathlib.Path) -> None:
    assert {path.name for path in project.iterdir()} == {"reviews.csv", "config.yaml", "runs", "serving"}
    assert not [path for path in project.parent.rglob("*") if path.name in ("up", "<b>channel")]
    page = next(project.glob("runs/reviews/artifacts/Report/report/*/report.html")).read_text()
    for name in (LABELS[1], COLUMN):
        assert name not in page
        assert html.escape(name) in page
    assert page.count("<script") == 1
    card = next(project.glob("serving/reviews/*/assets.extra/model_card.md")).read_text()
    assert LABELS[0] in card
    assert "<script" not in card
