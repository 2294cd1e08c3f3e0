"""Where a second run is, and what stays of it."""

import pathlib
import tempfile

import pytest

from models.user_error import UserError
from pipeline.reproduce.place import place_of_second_run
from pipeline.runs.interruption import InterruptedRunError


@pytest.fixture(autouse=True)
def temporary(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def _run(folder: pathlib.Path, ends_with: Exception | None = None) -> None:
    (folder / "runs" / "x" / "history").mkdir(parents=True)
    if ends_with:
        raise ends_with


def test_it_goes_unless_it_is_to_be_kept(temporary: pathlib.Path, tmp_path: pathlib.Path) -> None:
    with place_of_second_run(None) as folder:
        _run(folder)
        assert folder.parent == temporary
    assert not folder.exists()
    with place_of_second_run(tmp_path / "a" / "b") as folder:
        _run(folder)
    assert folder == tmp_path / "a" / "b"
    assert folder.exists()


def test_what_failed_stays_and_is_named(temporary: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UserError, match="fault"), place_of_second_run(None) as folder:
        _run(folder, UserError("fault"))
    assert folder.exists()
    assert f"left is in {folder}" in capsys.readouterr().err


@pytest.mark.parametrize("is_kept", [False, True])
def test_what_was_refused_before_it_ran_leaves_nothing(tmp_path: pathlib.Path, is_kept: bool) -> None:
    keep = tmp_path / "kept" if is_kept else None
    with pytest.raises(UserError), place_of_second_run(keep) as folder:
        raise UserError("the data changed")
    assert not folder.exists()


def test_what_was_stopped_goes_in_other_words(tmp_path: pathlib.Path) -> None:
    with pytest.raises(InterruptedRunError, match="begins anew"), place_of_second_run(None) as folder:
        _run(folder, InterruptedRunError("stopped; the same command goes on from there"))
    assert not folder.exists()


def test_nothing_is_written_into_a_folder_that_holds_something(tmp_path: pathlib.Path) -> None:
    (tmp_path / "thesis.txt").touch()
    for keep in (tmp_path, tmp_path / "thesis.txt"):
        with pytest.raises(UserError, match="name a new folder"), place_of_second_run(keep):
            pass
    assert (tmp_path / "thesis.txt").exists()
