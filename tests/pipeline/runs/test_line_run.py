"""What runs again after what changed: the real line on a tiny BERT, all runs in this process."""

import contextlib
import json
import pathlib
import random
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from models.user_error import UserError
from pipeline.component_failed import ComponentFailedError
from pipeline.component_names import COMPONENTS
from pipeline.config_files.load_config import load_config
from pipeline.log_file import new_log_path
from pipeline.runs.history import RunHistory
from pipeline.runs.line_run import LineRun
from pipeline.runs.part import RunPart
from pipeline.runs.record import RunRecord
from serving.version_store import VersionStore

_TASK = '''
import pathlib
import time
from models.tasks.text_classification import TextClassification

class Fragile(TextClassification):
    """Fails for as long as a file is there, and hangs for as long as another is."""
    name = "fragile"

    def build_network(self, *arguments, **options):
        if (pathlib.Path(__file__).parent / "fail").exists():
            raise RuntimeError("the training was told to fail")
        if (pathlib.Path(__file__).parent / "hang").exists():
            time.sleep(600)
        return super().build_network(*arguments, **options)
'''


class _Silent:
    def plan(self, components: list[str]) -> None: ...

    def started(self, component: str) -> None: ...

    def finished(self, component: str, state: str, seconds: float) -> None: ...


class Project:
    """A folder with data, a task of the user's own and a config."""

    def __init__(self, folder: pathlib.Path, preset: str) -> None:
        self.folder = folder
        self._values: dict[str, Any] = {
            "name": "reviews",
            "task": "fragile_task:Fragile",
            "data": {"path": "reviews.csv"},
            "model": {"preset": preset, "sequence_length": 16},
            "training": {"epochs": 1, "batch_size": 16, "learning_rate": 0.01, "precision": "float32"},
            "evaluation": {"thresholds": [{"metric": "accuracy", "at_least": 0.0}]},
        }
        (folder / "fragile_task.py").write_text(_TASK)
        self.write_rows(200)

    def write_rows(self, num_rows: int) -> None:
        """Rows that are good or bad by one word."""
        numbers = random.Random(num_rows)
        words = ["the", "film", "movie", "food", "service", "was", "is", "very"]
        rows = ["text,label"]
        for number in range(num_rows):
            label = ["good", "bad"][number % 2]
            rows.append(f"{' '.join(numbers.choices(words, k=6))} {label},{label}")
        (self.folder / "reviews.csv").write_text("\n".join(rows) + "\n")

    def line(self, part: RunPart | None = None, **training: Any) -> LineRun:
        """A run of the config with changes to its training section, which stay."""
        self._values["training"].update(training)
        path = self.folder / "config.yaml"
        path.write_text(yaml.safe_dump(self._values))
        return LineRun(load_config(path), part or RunPart())

    @contextlib.contextmanager
    def with_values(self, **values: Any) -> Iterator[None]:
        """With other values of the config."""
        self._values.update(values)
        yield
        for name in values:
            del self._values[name]

    @contextlib.contextmanager
    def telling(self, command: list[str]) -> Iterator[None]:
        """With a command that is told what came of runs."""
        self._values["notifications"] = {"command": command}
        yield
        del self._values["notifications"]

    def run(self, part: RunPart | None = None, **training: Any) -> RunRecord:
        """The record of such a run."""
        return self.line(part, **training).execute(new_log_path(self.folder / "runs/reviews/logs"), _Silent())

    @property
    def history(self) -> RunHistory:
        return RunHistory(self.folder / "runs/reviews")

    @property
    def store(self) -> VersionStore:
        return VersionStore(self.folder / "serving", "reviews")


@pytest.fixture(scope="module")
def project(tiny_preset: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("project")
    sys.path.insert(0, str(folder))
    yield Project(folder, tiny_preset)
    sys.path.remove(str(folder))


@pytest.fixture
def finished(project: Project) -> Project:
    """The project after a run of all that there is to do."""
    if project.line().equal_run() is None:
        project.run()
    return project


def _that_ran(record: RunRecord) -> list[str]:
    states = {name: component.state for name, component in record.components.items()}
    assert set(states.values()) <= {"done", "cached"}
    assert list(states) == list(COMPONENTS)
    return [name for name, state in states.items() if state == "done"]


def _from(component: str) -> list[str]:
    return list(COMPONENTS[COMPONENTS.index(component) :])


def test_the_first_run_does_everything(project: Project) -> None:
    record = project.run()
    assert _that_ran(record) == list(COMPONENTS)
    assert record.state == "done"
    assert record.outcome is not None
    assert record.outcome.version == project.store.current() == 1
    assert project.history.records() == [record]


def test_an_unchanged_run_has_nothing_to_do(finished: Project) -> None:
    newest = finished.history.records()[0]
    assert finished.line().equal_run() == newest


def test_a_hyper_parameter_runs_the_trainer_and_what_follows(finished: Project) -> None:
    line = finished.line(learning_rate=0.02)
    assert line.equal_run() is None
    assert _that_ran(finished.run()) == _from("Trainer")


def test_changed_data_run_everything(finished: Project) -> None:
    finished.write_rows(210)
    assert finished.line().equal_run() is None
    assert _that_ran(finished.run()) == list(COMPONENTS)


def test_changed_code_runs_again_where_it_is_used(finished: Project) -> None:
    with (finished.folder / "fragile_task.py").open("a") as file:
        file.write("# changed\n")
    assert finished.line().equal_run() is None
    assert _that_ran(finished.run()) == list(COMPONENTS)


def test_another_model_in_service_is_judged_against(finished: Project) -> None:
    finished.run(learning_rate=0.03)
    *_, judged_against, newest = finished.store.versions().values()
    shutil.rmtree(newest)
    assert finished.line().equal_run() is None
    # What was judged against the version that is in service now holds.
    assert _that_ran(finished.run()) == _from("Promoter")
    shutil.rmtree(judged_against)
    shutil.rmtree(list(finished.store.versions().values())[-1])
    assert _that_ran(finished.run()) == _from("Evaluator")


def test_a_component_that_hangs_is_ended_and_the_next_run_goes_on_there(finished: Project) -> None:
    flag = finished.folder / "hang"
    flag.touch()
    told = "Trainer failed: TimeoutError: it was not done after the 0.1 minutes of component_timeout_minutes"
    with finished.with_values(component_timeout_minutes=0.1), pytest.raises(ComponentFailedError, match=told):
        finished.run(learning_rate=0.05)
    failed = finished.history.records()[0]
    assert (failed.state, failed.error[: len(told)]) == ("failed", told)
    assert failed.components["Trainer"].state == "interrupted"
    assert "in build_network" in pathlib.Path(failed.log).read_text(), "the stacks of all threads"
    flag.unlink()
    assert _that_ran(finished.run()) == _from("Trainer")


def test_a_failed_run_goes_on_at_the_component_that_failed(finished: Project) -> None:
    flag = finished.folder / "fail"
    flag.touch()
    with pytest.raises(Exception, match="told to fail"):
        finished.run(seed=5)
    record = finished.history.records()[0]
    assert record.state == "failed"
    assert record.components["Trainer"].state == "failed"
    assert "told to fail" in record.error
    assert finished.line().equal_run() is None
    flag.unlink()
    assert _that_ran(finished.run()) == _from("Trainer")


def test_what_came_of_a_run_is_told(finished: Project) -> None:
    told = finished.folder / "told.json"
    command = [sys.executable, "-c", f"import pathlib, sys; pathlib.Path({str(told)!r}).write_text(sys.stdin.read())"]
    (finished.folder / "fail").touch()
    with finished.telling(command), pytest.raises(Exception, match="told to fail"):
        finished.run(seed=6)
    (finished.folder / "fail").unlink()
    message = json.loads(told.read_text())
    assert (message["event"], message["pipeline"], message["version"]) == ("failed", "reviews", None)
    assert "told to fail" in message["reason"]
    with finished.telling(command):
        record = finished.run()
    message = json.loads(told.read_text())
    assert (message["event"], message["run"], message["version"]) == ("promoted", record.run, finished.store.current())


def test_lost_results_are_made_again(finished: Project) -> None:
    record = finished.history.records()[0]
    shutil.rmtree(record.components["Transform"].outputs["transform_graph"])
    assert finished.line().equal_run() is None
    assert _that_ran(finished.run()) == _from("Transform")


def test_a_forced_component_runs_though_nothing_changed(finished: Project) -> None:
    part = RunPart(forced=("Trainer",))
    assert finished.line(part).equal_run() is None
    assert _that_ran(finished.run(part)) == _from("Trainer")


def test_a_part_stops_where_it_is_told_to(finished: Project) -> None:
    before = finished.history.records()[0]
    record = finished.run(RunPart(last="Transform"))
    assert list(record.components) == _to("Transform")
    assert {component.state for component in record.components.values()} == {"cached"}
    assert (record.state, record.outcome, record.part) == ("done", None, "to Transform")
    assert finished.line().equal_run() == before


def _to(component: str) -> list[str]:
    return list(COMPONENTS[: COMPONENTS.index(component) + 1])


def test_a_part_begins_where_it_is_told_to_even_on_old_results(finished: Project) -> None:
    before = finished.history.records()
    finished.write_rows(220)
    record = finished.run(RunPart(first="Evaluator"))
    states = {name: component.state for name, component in record.components.items()}
    assert {name: states[name] for name in ("CurrentModel", "Evaluator", "Promoter")} == {
        "CurrentModel": "done",
        "Evaluator": "done",
        "Promoter": "done",
    }
    assert {states[name] for name in _to("Trainer")} == {"reused"}
    assert record.base == next(run.run for run in before if run.outcome)
    # The data have changed since: such a run says nothing of whether there is anything to do.
    assert finished.line().equal_run() is None


def test_a_part_without_earlier_results_is_refused(project: Project, tmp_path: pathlib.Path, tiny_preset: str) -> None:
    fresh = Project(tmp_path, tiny_preset)
    with pytest.raises(UserError, match="--from Trainer: no earlier run"):
        fresh.line(RunPart(first="Trainer")).check()
