"""A serving folder that may not be written, met as a user without root meets it."""

import os
import pathlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator

import pytest

from models.user_error import UserError
from pipeline.writable_folder import check_serving_folder
from serving.config import ServingConfig
from serving.version_record import VersionOrigin
from serving.version_store import VersionStore

NOBODY = 65534

AS_ANOTHER_USER = f"""
import os, pathlib, sys
from models.user_error import UserError
from pipeline.file_fault import file_fault
from pipeline.writable_folder import check_serving_folder
from serving.config import ServingConfig
from serving.version_record import VersionOrigin
from serving.version_store import VersionStore

directory, source = sys.argv[1:]
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid({NOBODY})
    os.setuid({NOBODY})
try:
    check_serving_folder(ServingConfig(directory=directory), "tickets")
except UserError as error:
    print(error)
try:
    VersionStore(directory, "tickets").promote(pathlib.Path(source), VersionOrigin("p", "run-2", "m", "good"), 5)
except OSError as error:
    print(file_fault(error))
"""


@pytest.fixture
def folder() -> Iterator[pathlib.Path]:
    """One that other users may look into; pytest's are its own alone."""
    with tempfile.TemporaryDirectory() as name:
        pathlib.Path(name).chmod(0o755)
        yield pathlib.Path(name)


def _model(folder: pathlib.Path, content: str) -> pathlib.Path:
    folder.mkdir()
    (folder / "saved_model.pb").write_text(content)
    return folder


def test_a_read_only_serving_folder_is_told_before_the_run_and_by_the_promotion(folder: pathlib.Path) -> None:
    store = VersionStore(folder / "serving", "tickets")
    store.promote(_model(folder / "old", "old"), VersionOrigin("p", "run-1", "m", "good"), 5)
    new = _model(folder / "new", "new")
    before = {path: path.stat().st_mtime_ns for path in store.base.rglob("*")}
    store.base.chmod(0o555)
    (store.base / ".lock").chmod(0o444)
    try:
        done = subprocess.run(
            [sys.executable, "-c", AS_ANOTHER_USER, str(folder / "serving"), str(new)],
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        store.base.chmod(0o755)
    early, late = done.stdout.splitlines()
    assert early == (
        f"nothing could be promoted: serving.directory: {store.base} cannot be written: Permission denied; change its "
        "rights, or the config"
    )
    assert late.startswith(f"{store.base}/")
    user = NOBODY if os.geteuid() == 0 else os.geteuid()
    assert f"may not be used by the user {user}: permission denied; change its rights, or the config, and" in late
    assert {path: path.stat().st_mtime_ns for path in store.base.rglob("*")} == before
    assert store.current() == 1
    assert store.promote(new, VersionOrigin("p", "run-2", "m", "good"), 5).version == 2


def test_a_file_in_the_place_of_the_serving_folder_is_told(tmp_path: pathlib.Path) -> None:
    (tmp_path / "serving").write_text("a file")
    with pytest.raises(UserError, match=r"serving is a file where a folder has to be; move it, or change the config"):
        check_serving_folder(ServingConfig(directory=str(tmp_path / "serving" / "models")), "tickets")
    # What is not there yet can be made.
    check_serving_folder(ServingConfig(directory=str(tmp_path / "a" / "b")), "tickets")
    assert not (tmp_path / "a").exists()
