import dataclasses
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.training.progress import TrainingProgress
from pipeline.display.frame import Frame
from pipeline.display.run_state import Component, RunState, Training
from pipeline.display.signs import signs_for

NOW = 1000.0
UNICODE, ASCII = signs_for("utf-8", "utf-8"), signs_for("ascii", "ascii")
AFTER_AN_EPOCH = TrainingProgress(
    1, 8, 100, 800, {"accuracy": 0.5, "loss": 1.5, "val_accuracy": 0.625, "val_loss": 1.25}, 50, 120.0
)
PROGRESS = TrainingProgress(2, 8, 120, 800, {"accuracy": 0.75, "loss": 0.875}, 52.4, 83.2)
TRAINING = Training().with_news("resumed at step 80").with_news(AFTER_AN_EPOCH).with_news(PROGRESS)


def _run(state: str = "running", outcome: str = "") -> RunState:
    components = (
        Component("TextExampleGen", "done", 3.21),
        Component("StatisticsGen", "cached", 0.04),
        Component("Trainer", state, NOW - 83.4 if state == "running" else 83.4, TRAINING),
        Component("Promoter"),
    )
    return RunState(components, started=NOW - 100, ended=NOW if outcome else None, outcome=outcome)


def _text(run: RunState, width: int, height: int | None = None, signs: object = UNICODE) -> list[str]:
    return [line.plain for line in Frame(width, signs, NOW).lines(run, height)]


def test_a_run_in_80_columns() -> None:
    assert _text(_run(), 80) == [
        "  ✓ TextExampleGen  done           3.2 s",
        "  = StatisticsGen   cached         0.0 s",
        "  ⠋ Trainer         running         1:23",
        "      resumed at step 80",
        "      ━━━━━┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄  epoch 2/8  step 120/800  1:23 left",
        "      accuracy 0.7500  loss 0.8750  52 examples/s",
        "      after epoch 1  val_accuracy 0.6250  val_loss 1.2500",
        "  · Promoter        waiting",
        "  ⠋ 1:40 so far  2 of 4 components",
    ]


def test_a_run_in_40_columns_without_unicode() -> None:
    assert _text(_run(), 40, signs=ASCII) == [
        "+ TextExampleGen done          3.2 s",
        "= StatisticsGen  cached        0.0 s",
        "| Trainer        running        1:23",
        "  resumed at step 80",
        "  epoch 2/8  step 120/800  1:23 left",
        "  accuracy 0.7500  loss 0.8750",
        "  val_accuracy 0.6250  val_loss 1.2500",
        ". Promoter       waiting",
        "| 1:40 so far  2 of 4 components",
    ]


@pytest.mark.parametrize(
    ("state", "row", "summary"),
    [
        ("failed", "✗ Trainer         failed          1:23  epoch 2/8  step 120/800", "✗ failed after 1:40"),
        ("interrupted", "! Trainer         interrupted     1:23  epoch 2/8  step 120/800", "! interrupted after 1:40"),
    ],
)
def test_a_run_that_stopped_says_where(state: str, row: str, summary: str) -> None:
    assert _text(_run(state, state), 80) == [
        "  ✓ TextExampleGen  done           3.2 s",
        "  = StatisticsGen   cached         0.0 s",
        f"  {row}",
        "  · Promoter        not run",
        f"  {summary}",
    ]


@pytest.mark.parametrize(
    ("width", "outcome"),
    [
        (90, "  epoch 1/8  val_accuracy 0.6250  val_loss 1.2500"),
        (80, "  epoch 1/8  val_accuracy 0.6250"),
        (70, "  val_accuracy 0.6250"),
        (60, ""),
    ],
)
def test_a_training_leaves_its_last_validation(width: int, outcome: str) -> None:
    [row] = [line for line in _text(_run("done", "done"), width) if "Trainer" in line]
    assert row == f"  ✓ Trainer         done            1:23{outcome}"


@pytest.mark.parametrize("width", [80, 40])
def test_a_run_that_starts_says_what_takes_so_long(width: int) -> None:
    run = RunState((), started=NOW - 12)
    shown = {80: ["  ⠋ starting  12 s  loading TensorFlow and TFX"], 40: ["⠋ starting  12 s"]}
    assert _text(run, width) == shown[width]


@pytest.mark.parametrize("height", range(2, 12))
def test_a_low_terminal_keeps_what_runs(height: int) -> None:
    shown = _text(_run(), 80, height)
    assert len(shown) == min(height, 9)
    assert any("Trainer" in line for line in shown)
    assert shown[-1].endswith("2 of 4 components")


_NUMBERS = st.floats(allow_nan=True, allow_infinity=True)
_METRICS = st.dictionaries(
    st.sampled_from(["loss", "accuracy", "f1_macro", "val_loss", "val_accuracy", "auc"]), _NUMBERS
)
_PROGRESS = st.builds(
    TrainingProgress,
    epoch=st.integers(1, 10**4),
    epochs=st.integers(1, 10**4),
    step=st.integers(0, 10**9),
    total_steps=st.integers(0, 10**9),
    metrics=_METRICS,
    examples_per_second=st.none() | st.floats(min_value=0),
    seconds_left=st.none() | _NUMBERS,
)
_PART = re.compile(
    r"epoch \d+/\d+|step \d+/\d+|\d[\d:]* left|after epoch \d+|[━┄]+"
    r"|\w+ (-?\d+\.\d{4}|-?[\d.]+(e[+-]\d+)?|nan|-?inf)|[\d.]+ examples/s|resumed at step \d+"
)


@given(progress=_PROGRESS, width=st.integers(40, 200), state=st.sampled_from(["running", "done", "failed"]))
def test_no_line_is_too_wide_and_no_number_is_cut(progress: TrainingProgress, width: int, state: str) -> None:
    training = Training().with_news("resumed at step 80").with_news(progress)
    run = _run()
    run.replace(dataclasses.replace(run.components[2], state=state, seconds=83.4, training=training))
    lines = Frame(width, UNICODE, NOW).lines(run)
    assert all(line.cell_len <= width for line in lines)
    for line in lines[3:-2] if state == "running" else []:
        for part in line.plain.strip().split("  "):
            assert _PART.fullmatch(part), part


@given(width=st.integers(1, 40), state=st.sampled_from(["running", "done", "failed", "waiting"]))
def test_the_narrowest_terminals_are_not_overrun(width: int, state: str) -> None:
    assert all(line.cell_len <= max(width, 2) for line in Frame(width, UNICODE, NOW).lines(_run(state)))


def test_the_last_trainings_that_are_over_are_shown_before_the_running_one() -> None:
    training = Training()
    for number in range(1, 9):
        training = training.with_news(PROGRESS).after(f"trial {number} came to nothing")
    run = RunState((Component("Tuner", "running", NOW - 8, training.with_news(PROGRESS)),), started=NOW - 100)
    lines = _text(run, 80)
    assert [line.strip() for line in lines[1:7]] == [f"trial {number} came to nothing" for number in range(3, 9)]
    assert "step 120/800" in lines[7]
