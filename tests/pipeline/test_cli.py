import os
import pathlib
import subprocess
import sys

import pytest

HEAVY = ("tensorflow", "keras", "apache_beam", "tfx", "tensorflow_model_analysis", "numpy", "pyarrow")


def _bertline(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    code = "import sys; from pipeline.cli import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=120, check=False, **options
    )


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, pipeline.cli, pipeline.config_files.load_config; print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert loaded.isdisjoint(HEAVY)


def test_help_lists_the_commands() -> None:
    done = _bertline("--help")
    assert done.returncode == 0
    for command in ("init", "config", "doctor", "run", "runs", "show", "schema", "clean", "predict", "kubeflow"):
        assert f" {command} " in done.stdout


@pytest.mark.parametrize("command", ["run", "predict", "schema"])
def test_a_wrong_config_is_one_message_without_a_stack_trace(tmp_path: pathlib.Path, command: str) -> None:
    config = tmp_path / "wrong.yaml"
    config.write_text("name: x\ntask: text_classification\n")
    done = _bertline(command, str(config))
    assert done.returncode == 1
    assert done.stderr == f"bertline: {config} has 1 fault:\n  line 1: data: is missing\n"
    assert done.stdout == ""


def test_predict_without_a_model_says_what_to_do(tmp_path: pathlib.Path) -> None:
    config = tmp_path / "pipeline.yaml"
    config.write_text("name: x\ntask: text_classification\ndata: {path: data.csv}\n")
    done = _bertline("predict", str(config), "a text")
    assert done.returncode == 1
    assert "no version of x is in service yet; `bertline run" in done.stderr


@pytest.mark.parametrize("traceback", ["0", "1"])
def test_an_unexpected_failure_is_one_line_too(tmp_path: pathlib.Path, traceback: str) -> None:
    config = tmp_path / "pipeline.yaml"
    config.write_text("name: x\ntask: text_classification\ndata: {path: data.csv}\nruns_directory: occupied\n")
    (tmp_path / "occupied").write_text("a file where a folder has to be")
    (tmp_path / "data.csv").write_text("text,label\n")
    done = _bertline("run", str(config), env={**os.environ, "BERTLINE_TRACEBACK": traceback})
    assert done.returncode == 3
    assert ("Traceback" in done.stderr) == (traceback == "1")
    first, hint = done.stderr.splitlines()[-2:]
    assert first.startswith("bertline: NotADirectoryError: ")
    assert hint == "BERTLINE_TRACEBACK=1 shows where."


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("preset: minilm_l6_em", "there is no preset 'minilm_l6_em'; did you mean 'minilm_l6_en'?"),
        ("preset: presets/mine", "presets/mine' is not a folder with a config.json"),
    ],
)
def test_a_wrong_preset_is_found_before_anything_runs(tmp_path: pathlib.Path, model: str, message: str) -> None:
    config = tmp_path / "pipeline.yaml"
    config.write_text(f"name: x\ntask: text_classification\ndata: {{path: data.csv}}\nmodel: {{{model}}}\n")
    (tmp_path / "data.csv").write_text("text,label\n")
    done = _bertline("run", str(config))
    assert done.returncode == 1
    assert message in done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "runs").exists()


def test_kubeflow_compile_finds_an_unknown_preset(tmp_path: pathlib.Path) -> None:
    config = tmp_path / "pipeline.yaml"
    config.write_text("name: x\ntask: text_classification\ndata: {path: data.csv}\nmodel: {preset: minilm_l6_em}\n")
    done = _bertline("kubeflow", "compile", str(config), "--image", "i", "--pipeline-root", "minio://b", cwd=tmp_path)
    assert done.returncode == 1
    assert "did you mean 'minilm_l6_en'?" in done.stderr
