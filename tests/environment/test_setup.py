import importlib.util
import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOCKS = [ROOT / "requirements.txt", *sorted((ROOT / "environment").glob("*.txt"))]


def _run(script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", str(ROOT / "environment" / script), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **environment},
    )


def test_a_folder_that_is_no_environment_is_left_alone(tmp_path: pathlib.Path) -> None:
    precious = tmp_path / "thesis.txt"
    precious.write_text("words")
    done = _run("setup.sh", VENV=str(tmp_path))
    assert done.returncode == 1
    assert "step 'create the environment' failed" in done.stderr
    assert precious.read_text() == "words"


def test_another_python_is_refused_with_the_way_out(tmp_path: pathlib.Path) -> None:
    done = _run("setup.sh", VENV=str(tmp_path / "venv"), PYTHON="/bin/true")
    assert done.returncode == 1
    assert "step 'find Python 3.11' failed" in done.stderr
    assert "make setup PYTHON=" in done.stderr


@pytest.mark.parametrize("version", ["2.39", "2.41", "3.0"])
def test_a_new_c_library_needs_nothing(tmp_path: pathlib.Path, version: str) -> None:
    getconf = tmp_path / "getconf"
    getconf.write_text(f"#!/bin/sh\necho glibc {version}\n")
    getconf.chmod(0o755)
    (tmp_path / "venv").mkdir()
    done = _run("newer_c_library.sh", str(tmp_path / "venv"), PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list((tmp_path / "venv").iterdir()) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_locked_package_has_a_hash_and_no_address(lock: pathlib.Path) -> None:
    text = lock.read_text()
    packages = re.findall(r"^\S+==\S+.*(?:\n    --hash=sha256:[0-9a-f]{64}.*)+", text, flags=re.MULTILINE)
    assert packages
    assert len(packages) == len(re.findall(r"^\S+==", text, flags=re.MULTILINE))
    assert "://" not in text
    assert "index-url" not in text


def test_packages_are_compiled() -> None:
    package = importlib.util.find_spec("tensorflow")
    assert package
    assert package.origin
    modules = list(pathlib.Path(package.origin).parent.rglob("*.py"))
    missing = [path for path in modules if not pathlib.Path(importlib.util.cache_from_source(str(path))).exists()]
    assert modules
    assert not missing, "an environment from before packages were compiled: delete .venv, and `make setup`"
