"""Which spans a run reads is said when it begins."""

import pathlib

import pytest

from models.user_error import UserError
from pipeline.config_files.load_config import load_config
from pipeline.runs.line_run import LineRun
from pipeline.runs.part import RunPart

CONFIG = """\
name: reviews
task: text_classification
data: {path: "data/{YYYY}-{MM}-{DD}.csv", window: 7}
"""


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "data").mkdir()
    return tmp_path


def write_day(folder: pathlib.Path, day: str) -> None:
    (folder / "data" / f"{day}.csv").write_text(f"text,label\n{day},1\n")


def new_run(folder: pathlib.Path) -> LineRun:
    return LineRun(load_config(folder / "config.yaml"), RunPart())


def test_a_day_that_arrives_during_a_run_is_the_next_ones(folder: pathlib.Path) -> None:
    write_day(folder, "2026-11-20")
    run, again = new_run(folder), new_run(folder)
    write_day(folder, "2026-11-21")
    following = new_run(folder)
    days = [each._config.data.span for each in (run, again, following)]
    assert days == ["2026-11-20", "2026-11-20", "2026-11-21"]
    assert run._inputs == again._inputs != following._inputs
    # The same day again, as an operator who asks for it by name gets it.
    (folder / "config.yaml").write_text(CONFIG.replace("window", "span: 2026-11-20, window"))
    assert new_run(folder)._inputs == run._inputs


def test_a_run_without_a_single_span_does_not_begin(folder: pathlib.Path) -> None:
    with pytest.raises(UserError, match=r"no file matches `data\.path`"):
        new_run(folder)
