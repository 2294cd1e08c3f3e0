import json
import os
import pathlib
import subprocess
import sys

CODE = "import sys; from pipeline.cli import main; sys.exit(main())"
WITHOUT_PYTHON = "import sys; sys.executable = '/bin/false'; from pipeline.cli import main; sys.exit(main())"
INSTALLATION = ["Python", "packages", "bundled preset"]
CHILDREN = ["C library", "TensorFlow", "devices", "precision"]


def _doctor(*arguments: str, code: str = CODE) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, "doctor", *arguments]
    environment = {name: value for name, value in os.environ.items() if name != "CUDA_VISIBLE_DEVICES"}
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=environment)


def test_this_environment_is_fit_for_a_right_config(tmp_path: pathlib.Path) -> None:
    (tmp_path / "rows.csv").write_text("text,label\na,b\n")
    (tmp_path / "c.yaml").write_text("name: x\ntask: text_classification\ndata: {path: rows.csv}\n")
    done = _doctor(str(tmp_path / "c.yaml"), "--json")
    findings = {finding["check"]: finding for finding in json.loads(done.stdout)}
    config = ["config", "preset", "memory", "runs folder", "serving folder", "runs", "served model"]
    assert list(findings) == INSTALLATION + config + CHILDREN
    assert [finding for finding in findings.values() if finding["state"] == "problem"] == []
    assert done.returncode == 0
    assert findings["C library"]["text"].endswith("; ml_metadata and tensorflow_data_validation load")
    # It leaves nothing behind.
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.yaml", "rows.csv"]


def test_problems_are_told_and_give_exit_code_1(tmp_path: pathlib.Path) -> None:
    (tmp_path / "c.yaml").write_text("name: x\n")
    done = _doctor(str(tmp_path / "c.yaml"), code=WITHOUT_PYTHON)
    *lines, last = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (1, "")
    assert [line[:14].rstrip() for line in lines] == [*INSTALLATION, "config", "memory", "disk", *CHILDREN]
    problems = [line for line in lines if line[16:].startswith("problem ")]
    assert [line[:14].rstrip() for line in problems] == ["config", "C library", "TensorFlow"]
    assert problems[0][25:] == f"{tmp_path}/c.yaml has 2 faults: `bertline config {tmp_path}/c.yaml` tells all"
    assert last.startswith("bertline: 3 problems and 2 warnings in 10 checks")
