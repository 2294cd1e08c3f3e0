"""A run that is killed in each of its components, one after the other, ends as one that nobody disturbed."""

import dataclasses
import json
import pathlib
import random
import subprocess
import sys
from typing import Any

import pytest
import yaml

from pipeline.component_names import COMPONENTS
from pipeline.runs.history import RunHistory
from pipeline.runs.record import RunRecord
from serving.version_store import VersionStore

SCRIPT = pathlib.Path(__file__).with_name("killed_runs.py")
NUM_ROWS = 200
# Transform twice: amid its work, too.
_KILLED_IN = tuple(name for component in COMPONENTS for name in [component] * (1 + (component == "Transform")))
_JUDGED = COMPONENTS.index("CurrentModel")


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What the last run of a project left."""

    folder: pathlib.Path
    told: str

    @property
    def history(self) -> list[RunRecord]:
        return RunHistory(self.folder / "runs/reviews").records()

    def metrics(self) -> Any:
        outcome = self.history[0].outcome
        assert outcome is not None
        return outcome.metrics

    def weights(self) -> list[bytes]:
        return [path.read_bytes() for path in sorted((self.folder / "serving/reviews/1/variables").iterdir())]

    def output(self, component: str, name: str, file: str) -> str:
        return (pathlib.Path(self.history[0].components[component].outputs[name]) / file).read_text()


def _project(folder: pathlib.Path, preset: str) -> pathlib.Path:
    numbers = random.Random(1)
    words = ["the", "film", "movie", "food", "service", "was", "is", "very"]
    labels = ["good", "bad"] * (NUM_ROWS // 2)
    rows = [f"{' '.join(numbers.choices(words, k=6))} {label},{label}" for label in labels]
    folder.mkdir()
    (folder / "reviews.csv").write_text("\n".join(["text,label", *rows, "too,many,fields"]) + "\n")
    config = {
        "name": "reviews",
        "task": "text_classification",
        "data": {"path": "reviews.csv"},
        "model": {"preset": preset, "sequence_length": 16},
        "training": {"epochs": 1, "batch_size": 16, "learning_rate": 0.01, "precision": "float32"},
        "evaluation": {"thresholds": [{"metric": "accuracy", "at_least": 0.0}]},
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    return folder


def _run(folder: pathlib.Path, moments: list[Any]) -> Outcome:
    command = [sys.executable, str(SCRIPT), str(folder / "config.yaml"), json.dumps(moments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return Outcome(folder, done.stdout)


@pytest.fixture(scope="module")
def undisturbed(tiny_preset: str, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return _run(_project(tmp_path_factory.mktemp("undisturbed") / "project", tiny_preset), [])


@pytest.fixture(scope="module")
def killed(tiny_preset: str, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Killed in each component: when its executor had done its work, and nobody knew of it."""
    project = _project(tmp_path_factory.mktemp("killed") / "project", tiny_preset)
    moments: list[Any] = [[component, None] for component in _KILLED_IN]
    moments[_KILLED_IN.index("Transform")][1] = 1.0
    return _run(project, moments)


def test_each_component_was_killed_once_and_went_on_from_those_before(killed: Outcome) -> None:
    last, *before = killed.history
    assert (last.state, [record.state for record in before]) == ("done", ["killed"] * len(_KILLED_IN))
    for component, record in zip(_KILLED_IN, reversed(before), strict=True):
        number = COMPONENTS.index(component)
        assert list(record.components) == list(COMPONENTS[: number + 1])
        states = [each.state for each in record.components.values()]
        assert states[-1] == "running"
        # What the killed run had not recorded is done again, and nothing that it had; but that what was promoted before
        # the kill is in service now, and is what models are judged against.
        is_promoted = number > COMPONENTS.index("Promoter")
        assert set(states[: _JUDGED if is_promoted else -2]) <= {"cached"}


def test_the_model_and_its_metrics_are_those_of_an_undisturbed_run(killed: Outcome, undisturbed: Outcome) -> None:
    assert killed.weights() == undisturbed.weights()
    assert killed.metrics() == undisturbed.metrics()


def test_no_row_is_lost_or_counted_twice(killed: Outcome, undisturbed: Outcome) -> None:
    for file in ("summary.json", "rejects.jsonl"):
        found, expected = (
            outcome.output("TextExampleGen", "rejects", file).replace(str(outcome.folder), "")
            for outcome in (killed, undisturbed)
        )
        assert found == expected
    assert json.loads(killed.output("TextExampleGen", "rejects", "summary.json"))["rows"] == NUM_ROWS + 1


def test_one_version_is_promoted_with_one_record(killed: Outcome) -> None:
    """Though the Promoter was killed after it had promoted, and ran again."""
    store = VersionStore(killed.folder / "serving", "reviews")
    assert (list(store.numbers()), store.current()) == ([1], 1)
    assert [(entry["event"], entry["version"]) for entry in store.audit_log.entries()] == [("promoted", 1)]
