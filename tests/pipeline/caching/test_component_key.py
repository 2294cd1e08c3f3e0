"""What makes a component's earlier result worthless, beside what TFX compares."""

import os
import pathlib
import time
from collections.abc import Callable

import pytest

from pipeline.caching.component_key import ComponentCode, component_key

TFX_EXECUTOR = "tfx.components.statistics_gen.executor.Executor"
INGEST = ["components.text_example_gen.executor.Executor", "components.text_example_gen.driver.Driver"]
PROMOTER = ["components.promoter.executor.Executor"]
TRAINER = {"run_fn": "models.training.run_fn.run_fn", "custom_config": "{}"}
TRANSFORM = {"preprocessing_fn": "models.preprocessing.preprocessing_fn", "custom_config": "{}"}


@pytest.fixture
def changed_task(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """Changes the module of a user's task, and names it."""
    monkeypatch.syspath_prepend(tmp_path)
    path = tmp_path / f"task_of_{tmp_path.name.replace('-', '_')}.py"

    def change() -> str:
        now = time.time_ns()
        path.write_text(f"now = {now}")
        os.utime(path, ns=(now, now))
        return path.stem

    return change


@pytest.mark.parametrize(
    ("classes", "properties", "depends_on_task", "depends_on_preset"),
    [
        ([TFX_EXECUTOR], {}, False, False),
        ([TFX_EXECUTOR], TRAINER, True, True),
        ([TFX_EXECUTOR], TRANSFORM, True, True),
        (INGEST, {"task": "text_classification", "encoder": ""}, True, False),
        (INGEST, {"task": "masked_lm", "encoder": "{}"}, True, True),
        # The model card asks the task what it reads.
        (PROMOTER, {"model_name": "x"}, True, False),
    ],
)
def test_task_and_preset_count_where_they_are_used(
    changed_task: Callable[[], str],
    classes: list[str],
    properties: dict[str, str],
    depends_on_task: bool,
    depends_on_preset: bool,
) -> None:
    before = component_key(ComponentCode.of(classes, properties), [changed_task()], "preset 1")
    assert (
        component_key(ComponentCode.of(classes, properties), [changed_task()], "preset 1") != before
    ) == depends_on_task
    task = [changed_task()]
    before = component_key(ComponentCode.of(classes, properties), task, "preset 1")
    assert (component_key(ComponentCode.of(classes, properties), task, "preset 2") != before) == depends_on_preset


def test_components_have_keys_of_their_own() -> None:
    calls = [
        ([TFX_EXECUTOR], {}),
        ([TFX_EXECUTOR], TRAINER),
        ([TFX_EXECUTOR], TRANSFORM),
        (INGEST[:1], {}),
        (INGEST[1:], {}),
        (PROMOTER, {}),
    ]
    keys = {
        component_key(ComponentCode.of(classes, properties), ["models.tasks.text_classification"], "")
        for classes, properties in calls
    }
    assert len(keys) == len(calls)


def test_an_empty_callback_is_none() -> None:
    task = "models.tasks.text_classification"
    assert component_key(ComponentCode.of([TFX_EXECUTOR], {"run_fn": ""}), task, "") == component_key(
        ComponentCode.of([TFX_EXECUTOR], {}), task, ""
    )
