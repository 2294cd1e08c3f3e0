"""The whole line, through the command line, on a tiny BERT: each run is a process of its own, as a user's is."""

import contextlib
import json
import pathlib
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import urllib.parse
from typing import Any

import pytest
import yaml

NUM_ROWS = 400
NUM_BROKEN = 20


_CODE = "import sys; from pipeline.cli import main; sys.exit(main())"


def _bertline(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _CODE, *arguments], capture_output=True, text=True, timeout=400, check=False
    )


def _write_rows(path: pathlib.Path) -> None:
    """Rows that are good or bad by one word, 5 % of them broken."""
    numbers = random.Random(1)
    lines = ["review,verdict,channel"]
    for number in range(NUM_ROWS):
        verdict = numbers.choice(["good", "bad"])
        word = numbers.choice({"good": ["good", "great", "fine"], "bad": ["bad", "awful", "poor"]}[verdict])
        words = [*numbers.choices(["the", "film", "movie", "food", "service", "was", "is", "very"], k=6), word]
        numbers.shuffle(words)
        lines.append(f"{' '.join(words)},{verdict},{numbers.choice(['mail', 'chat'])}")
        if number % (NUM_ROWS // NUM_BROKEN) == 0:
            lines.append(numbers.choice([",good,mail", "too few fields", "a,b,c,d", "no label,,chat"]))
    path.write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def project(tiny_preset: str, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("project")
    _write_rows(folder / "reviews.csv")
    return folder


def _config(project: pathlib.Path, tiny_preset: str, **changes: Any) -> str:
    """Writes a config of the pipeline `reviews`, with changes to its sections."""
    values: dict[str, dict[str, Any]] = {
        "data": {
            "path": "reviews.csv",
            "columns": {"text": "review", "label": "verdict"},
            "max_rejected_fraction": 0.1,
        },
        "model": {"preset": tiny_preset, "sequence_length": 16},
        "training": {"epochs": 8, "batch_size": 16, "learning_rate": 0.01, "precision": "float32"},
        "evaluation": {
            "slices": ["text_length", "channel"],
            "thresholds": [
                {"metric": "accuracy", "at_least": 0.9},
                {"metric": "accuracy", "at_least": 0.8, "slice": {"channel": "mail"}},
                {"metric": "accuracy", "at_most_below_current": 0.05},
            ],
        },
    }
    for section, fields in changes.items():
        values[section] = {**values[section], **fields}
    path = project / "config.yaml"
    path.write_text(yaml.safe_dump({"name": "reviews", "task": "text_classification", **values}))
    return str(path)


def _files(folder: pathlib.Path) -> dict[pathlib.Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def _weights(project: pathlib.Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((project / "serving/reviews/1/variables").iterdir())]


def _first(folder: pathlib.Path, pattern: str) -> pathlib.Path:
    """What the first run wrote: TFX names the folders of runs by rising numbers, and logs begin with the time."""
    return sorted(folder.glob(pattern))[0]


@pytest.fixture(scope="module")
def first_run(project: pathlib.Path, tiny_preset: str) -> subprocess.CompletedProcess[str]:
    return _bertline("run", _config(project, tiny_preset))


def test_a_run_ends_with_a_model_in_service(first_run: Any, project: pathlib.Path) -> None:
    assert first_run.returncode == 0, first_run.stderr
    assert f"version 1 of reviews is in service: {project}/serving/reviews/1" in first_run.stdout
    assert (project / "serving/reviews/1/saved_model.pb").is_file()


def test_every_component_is_shown_with_its_state_and_time(first_run: Any) -> None:
    shown = [line.split() for line in first_run.stdout.splitlines() if re.fullmatch(r"  \w+ +\w+ +[\d.]+ s", line)]
    assert {line[0] for line in shown} == {
        *("TextExampleGen", "StatisticsGen", "TextSchemaGen", "ExampleValidator", "DataGate"),
        *("Transform", "Trainer", "CurrentModel", "Evaluator", "ServingValidator", "Promoter", "Report"),
    }
    assert {line[1] for line in shown} == {"done"}
    assert re.search(r"epoch \d/8  step \d+/\d+  accuracy [\d.]+  loss", first_run.stdout)


def test_libraries_speak_to_the_log_file_first(first_run: Any, project: pathlib.Path) -> None:
    assert first_run.stderr == ""
    log = _first(project, "runs/reviews/logs/*.log").read_text()
    assert "INFO" in log


def test_each_rejected_row_is_named_and_none_is_lost(first_run: Any, project: pathlib.Path) -> None:
    rejects = _first(project, "runs/reviews/artifacts/TextExampleGen/rejects/*")
    rows = [json.loads(line) for line in (rejects / "rejects.jsonl").read_text().splitlines()]
    assert len(rows) == NUM_BROKEN
    lines = (project / "reviews.csv").read_text().splitlines()
    for row in rows:
        assert row["reason"]
        assert lines[row["line"] - 1] == row["raw"]
    summary = json.loads((rejects / "summary.json").read_text())
    assert summary["rows"] == NUM_ROWS + NUM_BROKEN == sum(summary["examples"].values()) + summary["rejected"]


def test_verdict_has_slices_and_thresholds(first_run: Any, project: pathlib.Path) -> None:
    verdict = json.loads(_first(project, "runs/reviews/artifacts/Evaluator/evaluation/*/verdict.json").read_text())
    assert verdict["blessed"]
    slices = [metrics["slice"] for metrics in verdict["metrics"]]
    assert {} in slices
    assert {"channel": "mail"} in slices
    assert any("text_length" in part for part in slices)


def test_the_run_ends_with_a_page_that_show_names_too(first_run: Any, project: pathlib.Path) -> None:
    (page,) = re.findall(r"^bertline: report: (.*)$", first_run.stdout, flags=re.MULTILINE)
    assert pathlib.Path(page).is_file()
    assert pathlib.Path(page).with_name("report.json").is_file()
    shown = _bertline("show", str(project / "config.yaml"), "--json").stdout
    assert json.loads(shown)["report"] == page


def test_the_numbers_on_the_page_are_tfmas(first_run: Any, project: pathlib.Path, page_of: Any) -> None:
    from tensorflow_model_analysis.api import model_eval_lib

    page = page_of(project / "runs/reviews")
    evaluation = _first(project, "runs/reviews/artifacts/Evaluator/evaluation/*")
    measured = dict(model_eval_lib.load_eval_result(str(evaluation)).slicing_metrics)
    names = [cell.text for cell in page.tables["slices"][0][1:]]
    found = {}
    for row, *cells in page.tables["slices"][1:]:
        key = () if row.text == "all rows" else (tuple(row.text.split(" ", 1)),)
        for name, cell in zip(names, cells, strict=True):
            found[key, name] = cell.numbers[0]
    expected = {
        (key, name): value["doubleValue"]
        for key, by_output in measured.items()
        for name, value in by_output[""][""].items()
        if name in names
    }
    assert found == expected
    confusion = [[sum(cell.numbers) for cell in cells[1:]] for cells in page.tables["confusion"][1:]]
    right = sum(row[number] for number, row in enumerate(confusion))
    assert right / sum(map(sum, confusion)) == pytest.approx(expected[(), "accuracy"], abs=1e-6)
    assert sum(map(sum, confusion)) == expected[(), "example_count"]
    answers, rights = (page.column("calibration", name) for name in ("answers", "right"))
    weighted = sum(each.numbers[0] * share.numbers[0] for each, share in zip(answers, rights, strict=True))
    assert weighted == pytest.approx(right)


def test_the_lineage_on_the_page_is_ml_metadatas(first_run: Any, project: pathlib.Path, page_of: Any) -> None:
    page = page_of(project / "runs/reviews")
    with contextlib.closing(sqlite3.connect(project / "runs/reviews/metadata.sqlite")) as connection:
        known = dict(connection.execute("SELECT id, uri FROM Artifact"))
    steps = page.tables["steps"][1:]
    found = {int(number.numbers[0]): where.text for _, _, number, where in steps if number.numbers}
    assert len(found) == 12
    assert found.items() <= known.items()
    assert [where.text for *_, where in (steps[0], steps[-1])] == [
        str(project / "reviews.csv"),
        str(project / "serving/reviews/1"),
    ]
    for *_, where in steps:
        assert (page.path.parent / urllib.parse.unquote(where.link)).resolve() == pathlib.Path(where.text).resolve()


def test_the_page_tells_the_data_as_it_was_counted(first_run: Any, project: pathlib.Path, page_of: Any) -> None:
    page = page_of(project / "runs/reviews")
    counted = json.loads(_first(project, "runs/reviews/artifacts/TextExampleGen/rejects/*/summary.json").read_text())
    splits = {name.text: cell.numbers[0] for name, cell, _ in page.tables["splits"][1:]}
    assert splits == {split: count for split, count in counted["examples"].items() if count}
    assert sum(cell.numbers[0] for cell in page.column("rejects", "rows")) == NUM_BROKEN
    labels = json.loads(
        _first(project, "runs/reviews/artifacts/TextExampleGen/label_vocabulary/*/labels.json").read_text()
    )
    assert [cell.numbers[0] for cell in page.column("balance", "train")] == [each["rows"] for each in labels]
    in_eval = sum(cell.numbers[0] for cell in page.column("balance", "eval"))
    assert in_eval == counted["examples"]["eval"]


def test_predict_answers_with_the_promoted_model(first_run: Any, project: pathlib.Path) -> None:
    done = _bertline("predict", str(project / "config.yaml"), "--json", "the food was awful", "a great movie")
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["label"] for answer in answers] == ["bad", "good"]


def test_an_unchanged_run_does_nothing_without_tensorflow(first_run: Any, project: pathlib.Path) -> None:
    before = _files(project)
    code = """
import sys
from pipeline.cli import main
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, "run", str(project / "config.yaml")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.startswith("bertline: nothing to do: data, config, code and model in service are as run ")
    assert f"version 1 of reviews is in service: {project}/serving/reviews/1" in done.stdout
    assert set(done.stderr.split()).isdisjoint({"tensorflow", "tfx", "apache_beam", "keras", "ml_metadata"})
    assert _files(project) == before


def test_a_run_after_a_kill_ends_as_an_undisturbed_one(
    first_run: Any, project: pathlib.Path, tiny_preset: str, tmp_path: pathlib.Path
) -> None:
    shutil.copy(project / "reviews.csv", tmp_path)
    config = _config(tmp_path, tiny_preset)
    killed = subprocess.Popen([sys.executable, "-c", _CODE, "run", config], stdout=subprocess.PIPE, text=True)
    assert killed.stdout is not None
    for line in killed.stdout:
        if line.split()[:2] == ["Trainer", "running"]:
            break
    killed.kill()
    killed.wait()
    killed.stdout.close()
    runs = json.loads(_bertline("runs", "--json", config).stdout)
    assert [run["state"] for run in runs] == ["killed"]
    assert runs[0]["components"]["Trainer"]["state"] == "running"
    done = _bertline("run", config)
    assert done.returncode == 0, done.stderr
    assert re.search("Trainer +done", done.stdout)
    assert "Transform         cached" in done.stdout
    assert _weights(tmp_path) == _weights(project)
    assert [path.name for path in (tmp_path / "serving/reviews").iterdir() if path.name.isdigit()] == ["1"]


def test_a_refused_model_never_reaches_the_serving_folder_but_has_its_page(
    first_run: Any, project: pathlib.Path, tiny_preset: str, page_of: Any
) -> None:
    before = _files(project / "serving")
    config = _config(
        project,
        tiny_preset,
        training={"epochs": 1, "learning_rate": 1e-9},
        evaluation={"thresholds": [{"metric": "accuracy", "at_most_below_current": 0.05}]},
    )
    done = _bertline("run", config)
    assert done.returncode == 0, done.stderr
    assert "nothing was promoted: not blessed: 1 of 1 thresholds failed: accuracy is" in done.stdout
    assert _files(project / "serving") == before
    page = page_of(project / "runs/reviews")
    assert page.texts["verdict"].startswith("Not promoted Nothing was promoted: not blessed: 1 of 1 thresholds failed")
    (accuracy,) = {cell.text for cell in page.column("thresholds", "result")}
    assert accuracy == "✗ failed"
    # The candidate's, and then that of the version in service.
    assert len(page.tables["slices"][1][1].numbers) in (2, 4, 6)


def test_too_many_rejects_stop_the_run_and_are_kept(first_run: Any, project: pathlib.Path, tiny_preset: str) -> None:
    done = _bertline("run", _config(project, tiny_preset, data={"max_rejected_fraction": 0.01}))
    assert done.returncode == 1
    assert "TextExampleGen    failed" in done.stdout
    assert "Traceback" not in done.stderr
    assert "max_rejected_fraction" in done.stderr
    kept = list((project / "runs/reviews/rejects").rglob("*.jsonl"))
    assert sum(len(path.read_text().splitlines()) for path in kept) == NUM_BROKEN
