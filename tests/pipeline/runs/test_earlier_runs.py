"""Which earlier run stands for a new one, and for the beginning of one."""

import dataclasses
import pathlib
import re
import shutil
from typing import Any

import pytest

from models.user_error import UserError
from pipeline.component_names import COMPONENTS
from pipeline.runs.earlier_runs import base_run, equal_run
from pipeline.runs.history import RunHistory
from pipeline.runs.part import RunPart
from pipeline.runs.record import ComponentRecord, ComponentState, RunRecord


@pytest.fixture
def history(tmp_path: pathlib.Path) -> RunHistory:
    return RunHistory(tmp_path / "runs")


def save(history: RunHistory, run: str, last: str = COMPONENTS[-1], **fields: Any) -> RunRecord:
    """A run that did all up to a component, with an output of each; whole ones read `inputs` and left `1 a`."""
    names = COMPONENTS[: COMPONENTS.index(last) + 1]
    components = {name: ComponentRecord("done", 1.0, {"out": str(history.runs_folder / name / run)}) for name in names}
    for component in components.values():
        pathlib.Path(component.outputs["out"]).mkdir(parents=True)
    made = RunRecord(run, "2026-01-01T00:00:00+00:00", "/log", "done", components=components)
    if last == COMPONENTS[-1]:
        made = dataclasses.replace(made, inputs="inputs", in_service="1 a")
    made = dataclasses.replace(made, **fields)
    history.save(made)
    return made


def with_last(record: RunRecord, name: str, state: ComponentState) -> dict[str, ComponentRecord]:
    """The components of a run that came no further than into one more."""
    return {**record.components, name: ComponentRecord(state, 1.0)}


@pytest.mark.parametrize(
    ("inputs", "in_service", "is_found"),
    [("inputs", "1 a", True), ("other", "1 a", False), ("inputs", "1 b", False), ("inputs", "none", False)],
)
def test_an_equal_run_read_the_same_and_left_the_same(
    history: RunHistory, inputs: str, in_service: str, is_found: bool
) -> None:
    record = save(history, "a")
    assert equal_run(history, inputs, in_service) == (record if is_found else None)


def test_the_newest_equal_run_is_found_behind_others(history: RunHistory) -> None:
    save(history, "a")
    newest = save(history, "b")
    save(history, "c", "Trainer", state="failed")
    save(history, "d", inputs="other")
    assert equal_run(history, "inputs", "1 a") == newest


def test_a_part_of_the_line_is_never_equal(history: RunHistory) -> None:
    save(history, "a", inputs=None, part="to Promoter")
    assert equal_run(history, "inputs", "1 a") is None


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_run_whose_results_are_gone_is_not_equal(history: RunHistory, component: str) -> None:
    older = save(history, "a")
    record = save(history, "b")
    shutil.rmtree(record.components[component].outputs["out"])
    assert equal_run(history, "inputs", "1 a") == older


def test_no_history_no_equal_run(history: RunHistory) -> None:
    assert equal_run(history, "inputs", "none") is None


@pytest.mark.parametrize("first", [None, COMPONENTS[0]])
def test_nothing_before_a_part_needs_no_base(history: RunHistory, first: str | None) -> None:
    assert base_run(history, RunPart(first=first)) is None


def test_a_base_gives_all_before_the_part_and_nothing_after(history: RunHistory) -> None:
    record = save(history, "a")
    found = base_run(history, RunPart(first="Trainer"))
    assert found is not None
    assert found[0] == record
    assert list(found[1]) == list(COMPONENTS[: COMPONENTS.index("Trainer")])
    assert {(taken.state, taken.seconds) for taken in found[1].values()} == {("reused", 0.0)}
    assert found[1]["Transform"].outputs == record.components["Transform"].outputs


def test_the_newest_base_that_came_far_enough_is_taken(history: RunHistory) -> None:
    """Also one that failed later on, but none in which a component before the part did not end well."""
    save(history, "a")
    save(history, "b", "Trainer", state="interrupted")
    transformed = save(history, "c", "Transform")
    for run, state in (("d", "failed"), ("e", "interrupted"), ("f", "running")):
        save(history, run, "DataGate", state="failed", components=with_last(transformed, "Trainer", state))
    save(history, "g", "DataGate")

    def base(first: str) -> str:
        found = base_run(history, RunPart(first=first))
        assert found is not None
        return found[0].run

    assert base("CurrentModel") == "b"
    assert base("Trainer") == "f"
    assert base("Transform") == "g"


def test_a_base_whose_results_are_gone_is_passed_over(history: RunHistory) -> None:
    save(history, "a")
    record = save(history, "b")
    shutil.rmtree(record.components["Transform"].outputs["out"])
    found = base_run(history, RunPart(first="Trainer"))
    assert found is not None
    assert found[0].run == "a"


def test_results_after_the_part_begins_may_be_gone(history: RunHistory) -> None:
    record = save(history, "a")
    shutil.rmtree(record.components["Evaluator"].outputs["out"])
    assert base_run(history, RunPart(first="Trainer")) is not None


def test_results_that_were_reused_are_reused_again(history: RunHistory) -> None:
    record = save(history, "a")
    reused = {name: ComponentRecord("reused", outputs=done.outputs) for name, done in record.components.items()}
    save(history, "b", components=reused, base="a")
    found = base_run(history, RunPart(first="Trainer"))
    assert found is not None
    assert found[0].run == "b"


def test_without_a_base_the_way_out_is_told(history: RunHistory) -> None:
    save(history, "a", "DataGate")
    message = "--from Trainer: no earlier run whose results are still there came past Transform; run without --from"
    with pytest.raises(UserError, match=re.escape(message)):
        base_run(history, RunPart(first="Trainer"))


def test_the_evaluator_needs_no_earlier_look_at_what_is_in_service(history: RunHistory) -> None:
    save(history, "a", "Trainer")
    found = base_run(history, RunPart(first="Evaluator"))
    assert found is not None
    assert list(found[1]) == list(COMPONENTS[: COMPONENTS.index("CurrentModel")])
