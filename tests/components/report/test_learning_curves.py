"""Learning curves from event files as the training writes them."""

import math
import pathlib

import pytest

from components.report.learning_curves import thinned, training_facts
from models.tasks.interface.evaluation import Monitor


def write(folder: pathlib.Path, values: list[tuple[int, str, float]]) -> None:
    import tensorflow as tf

    writer = tf.summary.create_file_writer(str(folder))
    for step, name, value in values:
        with writer.as_default(step=step):
            tf.summary.scalar(name, value)
    writer.close()


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    write(tmp_path / "train", [(10, "loss", 2.0), (10, "accuracy", 0.5), (20, "loss", 1.0), (20, "learning_rate", 0.1)])
    write(
        tmp_path / "validation",
        [(20, "loss", 1.5), (20, "accuracy", 0.5), (40, "accuracy", 0.75), (60, "accuracy", 0.75)],
    )
    return tmp_path


def test_curves_are_read_with_the_loss_first(folder: pathlib.Path) -> None:
    facts = training_facts(str(folder), Monitor("accuracy", "max"))
    assert [curve.metric for curve in facts.curves] == ["loss", "accuracy"]
    assert facts.curves[0].train == ((10, 2.0), (20, 1.0))
    assert facts.curves[0].validation == ((20, 1.5),)
    assert facts.steps == 60


def test_the_first_of_the_best_epochs_was_kept(folder: pathlib.Path) -> None:
    assert training_facts(str(folder), Monitor("accuracy", "max")).best == (40, 0.75)
    assert training_facts(str(folder), Monitor("accuracy", "min")).best == (20, 0.5)
    assert training_facts(str(folder), Monitor("unknown", "min")).best is None


def test_the_last_epoch_was_kept_where_the_config_said_so(folder: pathlib.Path) -> None:
    facts = training_facts(str(folder), Monitor("accuracy", "min"), kept="last")
    (curve,) = (curve for curve in facts.curves if curve.metric == "accuracy")
    assert facts.best == curve.validation[-1]
    assert facts.best != training_facts(str(folder), Monitor("accuracy", "min")).best


def test_a_step_done_twice_counts_as_the_second_time(folder: pathlib.Path) -> None:
    # The names of event files end in numbers that rise within a process.
    write(folder / "train", [(20, "loss", 0.5), (30, "loss", 0.25)])
    facts = training_facts(str(folder), Monitor("accuracy", "max"))
    assert facts.curves[0].train == ((10, 2.0), (20, 0.5), (30, 0.25))


def test_a_training_that_came_apart_is_still_told(folder: pathlib.Path) -> None:
    write(folder / "train", [(30, "loss", math.nan), (40, "loss", math.inf)])
    write(folder / "validation", [(80, "accuracy", math.nan)])
    facts = training_facts(str(folder), Monitor("accuracy", "max"))
    assert facts.curves[0].train == ((10, 2.0), (20, 1.0))
    assert facts.best == (40, 0.75)


def test_without_event_files_there_are_no_curves(tmp_path: pathlib.Path) -> None:
    facts = training_facts(str(tmp_path), Monitor("accuracy", "max"))
    assert (facts.curves, facts.best, facts.steps, facts.seconds) == ((), None, 0, 0.0)


@pytest.mark.parametrize("number", [0, 1, 200, 201, 5000])
def test_thinning_keeps_both_ends(number: int) -> None:
    points = [(step, float(step)) for step in range(number)]
    kept = thinned(points)
    assert len(kept) == min(number, 200)
    assert list(kept) == sorted(set(kept))
    assert [*kept[:1], *kept[-1:]] == [*points[:1], *points[-1:]]
