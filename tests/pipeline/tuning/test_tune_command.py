"""`bertline tune` on a tiny line: killed, taken up again, written into the config, and trained as it was tried."""

import json
import pathlib
import random
import re
import subprocess
import sys
from typing import Any

import pytest
import yaml

_CODE = "import sys; from pipeline.cli import main; sys.exit(main())"
_COMMENT = "# Found by hand."


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", _CODE, *arguments]


def _bertline(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(_command(*arguments), capture_output=True, text=True, timeout=500, check=False)


def _config(folder: pathlib.Path, preset: str, training: str, tuning: str) -> pathlib.Path:
    numbers = random.Random(1)
    rows = []
    for _ in range(400):
        verdict = numbers.choice(["good", "bad"])
        word = numbers.choice({"good": ["good", "great", "fine"], "bad": ["bad", "awful", "poor"]}[verdict])
        words = [*numbers.choices(["the", "film", "movie", "food", "was", "is", "very"], k=6), word]
        numbers.shuffle(words)
        rows.append(f"{' '.join(words)},{verdict}")
    (folder / "reviews.csv").write_text("\n".join(["review,verdict", *rows]) + "\n")
    path = folder / "config.yaml"
    path.write_text(
        "name: reviews\ntask: text_classification\n"
        "data: {path: reviews.csv, columns: {text: review, label: verdict}}\n"
        f"model: {{preset: {preset}, sequence_length: 16}}\n"
        f"training:  {_COMMENT}\n{training}tuning:\n{tuning}"
    )
    return path


def _kill_after(line: str, *arguments: str) -> str:
    """Kills the command when it has written a line; gives what it wrote."""
    written = []
    with subprocess.Popen(_command(*arguments), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for each in process.stdout:
            written.append(each)
            if line in each:
                process.kill()
                break
    return "".join(written)


def _records(folder: pathlib.Path) -> dict[str, Any]:
    return {
        path.parent.name: json.loads(path.read_text()) for path in folder.glob("runs/reviews/tuning/*/*/record.json")
    }


@pytest.fixture(scope="module")
def tuned(tiny_preset: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A search of three trials that was killed after the first, taken up again, and written into the config."""
    folder = tmp_path_factory.mktemp("tuned")
    path = _config(
        folder,
        tiny_preset,
        "  epochs: 1\n  batch_size: 16\n  learning_rate: 1.0e-4  # too little\n"
        "  precision: float32\n  early_stopping_patience: 0\n",
        "  trials: 3\n  space: {learning_rate: {min: 8.0e-3, max: 1.2e-2, log: true}, epochs: {min: 8, max: 9}}\n",
    )
    before = path.read_text()
    killed = _kill_after("trial 1/3", "tune", str(path))
    first = _records(folder)
    resumed = _bertline("tune", str(path), "--write", "--json")
    assert resumed.returncode == 0, resumed.stderr
    return folder, before, killed, first, resumed


def test_a_killed_search_goes_on_with_the_trials_that_are_missing(tuned: Any) -> None:
    folder, _, killed, first, resumed = tuned
    assert "trial 2/3" not in killed
    assert list(first) == ["0001"]
    assert "1 of 3 trials are known from before" in resumed.stderr
    records = _records(folder)
    assert sorted(records) == ["0001", "0002", "0003"]
    # With the seconds that it took.
    assert records["0001"] == first["0001"]


def test_progress_and_outcome_are_told(tuned: Any) -> None:
    *_, resumed = tuned
    for number in (1, 2, 3):
        assert re.search(
            rf"    trial {number}/3.*: learning_rate \S+  epochs \d  accuracy [\d.]+  \d+ s", resumed.stderr
        )
    assert "trial 1/3 (as the config is): learning_rate 1.0e-4  epochs 1" in resumed.stderr
    assert "chosen by the eval split" in resumed.stderr
    assert "evaluation.split is eval, too" in resumed.stderr


def test_json_has_all_trials_and_the_best_one(tuned: Any) -> None:
    *_, resumed = tuned
    found = json.loads(resumed.stdout)
    assert [trial["number"] for trial in found["trials"]] == [1, 2, 3]
    values = [trial["value"] for trial in found["trials"]]
    assert found["best"]["value"] == max(values)
    assert found["best"]["value"] > values[0]
    assert yaml.safe_load(found["yaml"]) == {"training": found["best"]["values"]}


def test_the_winner_is_in_the_config_and_all_else_is_as_it_was(tuned: Any) -> None:
    folder, before, *_, resumed = tuned
    best = json.loads(resumed.stdout)["best"]["values"]
    after = (folder / "config.yaml").read_text()
    assert (folder / "config.yaml.bak").read_text() == before
    assert after.replace(f"epochs: {best['epochs']}\n", "epochs: 1\n") == re.sub(
        "1.0e-4", next(iter(re.findall(r"learning_rate: (\S+)  # too", after))), before
    )
    assert yaml.safe_load(after)["training"] == {**yaml.safe_load(before)["training"], **best}


def test_what_was_tried_is_what_is_trained(tuned: Any) -> None:
    folder, *_, resumed = tuned
    best = json.loads(resumed.stdout)["best"]
    run = _bertline("run", str(folder / "config.yaml"), "--to", "Trainer")
    assert run.returncode == 0, run.stderr
    # Tokenised once, for the search and for the run.
    assert re.search(r"Transform +cached", run.stdout)
    after_best = next(
        line
        for line in run.stdout.splitlines()
        if f"epoch {best['best_epoch']}/{best['values']['epochs']}" in line and "val_loss" in line
    )
    assert f"val_loss {best['metrics']['val_loss']:.4f}" in after_best


def test_the_winner_is_where_another_search_begins(tuned: Any) -> None:
    folder, *_, resumed = tuned
    written = _kill_after("trial 1/2", "tune", str(folder / "config.yaml"), "--trials", "2")
    assert "the trials begin anew" in written
    best = json.loads(resumed.stdout)["best"]
    assert f"accuracy {best['value']:.4f}" in next(line for line in written.splitlines() if "trial 1/2" in line)


def test_several_trials_at_a_time_with_texts_of_several_lengths(tiny_preset: str, tmp_path: pathlib.Path) -> None:
    path = _config(
        tmp_path,
        tiny_preset,
        "  epochs: 1\n  batch_size: 16\n  learning_rate: 0.01\n  precision: float32\n",
        "  trials: 4\n  parallel_trials: 2\n  rows: 100\n  space: {sequence_length: [8, 16], batch_size: [16, 32]}\n",
    )
    done = _bertline("tune", str(path), "--to", str(tmp_path / "better.yaml"))
    assert done.returncode == 0, done.stderr + done.stdout
    assert "tokenised for" in done.stdout
    records = _records(tmp_path)
    values = {(each["values"]["sequence_length"], each["values"]["batch_size"]) for each in records.values()}
    assert values == {(8, 16), (8, 32), (16, 16), (16, 32)}
    best = max(records.values(), key=lambda record: (record["value"], -record["number"]))
    if best["number"] == 1:
        assert "nothing was written" in done.stdout
    else:
        better = yaml.safe_load((tmp_path / "better.yaml").read_text())
        assert better["model"]["sequence_length"] == best["values"]["sequence_length"]
    # A search that is complete has nothing to do.
    again = _bertline("tune", str(path))
    assert re.search(r"Tuner +cached", again.stdout)


def test_a_place_that_cannot_be_written_is_told_before_the_trials(tiny_preset: str, tmp_path: pathlib.Path) -> None:
    path = _config(tmp_path, tiny_preset, "  epochs: 1\n", "  trials: 2\n")
    (tmp_path / "there.yaml").write_text("")
    for target, message in (("there.yaml", "is there already"), ("other/new.yaml", "name a file beside")):
        refused = _bertline("tune", str(path), "--to", str(tmp_path / target))
        assert refused.returncode == 1
        assert message in refused.stderr
    assert not (tmp_path / "runs").exists()
