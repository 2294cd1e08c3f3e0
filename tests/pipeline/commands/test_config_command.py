import json
import pathlib
import subprocess
import sys

import hypothesis
import hypothesis.strategies as st
import pytest
import typer.testing
import yaml

from pipeline.cli import app
from pipeline.config import PipelineConfig
from pipeline.config_files.load_config import config_as_written, load_config

TICKETS = pathlib.Path(__file__).resolve().parents[3] / "examples" / "tickets.yaml"


def _bertline(*arguments: str) -> subprocess.CompletedProcess[str]:
    code = "import sys; from pipeline.cli import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_a_right_config_is_said_to_be_right() -> None:
    done = _bertline("config", str(TICKETS))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (f"{TICKETS} is right: text_classification with minilm_l6_en, 1 data file on this machine\n")


def test_what_a_config_names_and_is_not_there_is_told_with_its_line(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(
        "name: x\ntask: text_classification\ndata:\n  train: train.csv\n  eval: dev.csv\nschema_file: s.pbtxt\n"
    )
    done = _bertline("config", str(path))
    assert (done.returncode, done.stdout) == (1, "")
    first, *faults = done.stderr.splitlines()
    assert first == f"bertline: {path} has 3 faults:"
    starts = ["  line 4: data.train: no file", "  line 5: data.eval: no file", "  line 6: schema_file: schema_file "]
    assert all(fault.startswith(start) for fault, start in zip(faults, starts, strict=True))


@pytest.mark.parametrize("arguments", [[], [str(TICKETS), "--schema"], ["--schema", "--defaults"], ["--defaults"]])
def test_a_question_that_makes_no_sense_is_refused(arguments: list[str]) -> None:
    done = typer.testing.CliRunner().invoke(app, ["config", *arguments])
    assert done.exit_code == 2
    assert "or --schema alone" in " ".join(done.output.replace("│", "").split())


def test_schema_needs_no_config() -> None:
    done = typer.testing.CliRunner().invoke(app, ["config", "--schema"])
    assert json.loads(done.output)["properties"]["task"]["description"]


def _defaults(path: pathlib.Path) -> str:
    done = typer.testing.CliRunner().invoke(app, ["config", str(path), "--defaults"])
    assert done.exit_code == 0, done.output
    return done.output


def test_defaults_are_filled_in_and_paths_stay_as_they_are_written() -> None:
    values = yaml.safe_load(_defaults(TICKETS))
    assert list(values) == list(PipelineConfig.model_fields)
    assert values["data"]["path"] == "data/tickets.csv"
    assert values["training"]["seed"] == 42
    assert values["runs_directory"] == "runs"


_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1) | st.sampled_from(
    ["yes", "null", "~", "5", "1e3", "0x1F", "2024-01-01", "#", "a: b", "*x", "- a", " ", "{}", "\u2028", "<<", "="]
)
_FLOAT = st.floats(1e-12, 1e12)


@hypothesis.given(
    values=st.fixed_dictionaries(
        {"data": st.fixed_dictionaries({"path": _TEXT, "extra_columns": st.lists(_TEXT)})},
        optional={
            "training": st.fixed_dictionaries({"learning_rate": _FLOAT, "weight_decay": _FLOAT}),
            "evaluation": st.fixed_dictionaries(
                {
                    "slices": st.just(["c"]),
                    "thresholds": st.lists(
                        st.fixed_dictionaries(
                            {"metric": st.just("accuracy"), "at_least": _FLOAT},
                            optional={"slice": st.fixed_dictionaries({"c": _TEXT})},
                        )
                    ),
                }
            ),
            "schema_file": _TEXT,
            "runs_directory": _TEXT,
        },
    )
)
@hypothesis.settings(deadline=None, max_examples=60)
def test_defaults_load_again_and_give_the_same_config(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, object]
) -> None:
    folder = tmp_path_factory.mktemp("configs")
    path, filled = folder / "c.yaml", folder / "filled.yaml"
    path.write_text(json.dumps({"name": "x", "task": "text_classification", **values}))
    filled.write_text(_defaults(path), encoding="utf-8")
    assert config_as_written(filled) == config_as_written(path)
    assert load_config(filled) == load_config(path)
