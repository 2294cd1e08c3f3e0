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
    code = "import sys, pipeline.cli, pipeline.config_file; print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert loaded.isdisjoint(HEAVY)


def test_help_lists_the_commands() -> None:
    done = _bertline("--help")
    assert done.returncode == 0
    for command in ("run", "predict", "schema", "kubeflow"):
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
