import pathlib

import pytest

from pipeline.guess.config_path import config_path


@pytest.mark.parametrize(
    ("folder", "path", "expected"),
    [
        ("p", "p/data.csv", "data.csv"),
        ("p/configs", "p/data/data.csv", "../data/data.csv"),
        ("p/a/b/c", "p/data.csv", "{base}/p/data.csv"),
        ("p", "/elsewhere/data.csv", "/elsewhere/data.csv"),
        ("/nowhere/p", "/elsewhere/data.csv", "/elsewhere/data.csv"),
    ],
)
def test_near_paths_are_relative(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, folder: str, path: str, expected: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert config_path(pathlib.Path(folder), path) == expected.format(base=tmp_path)


def test_path_from_a_linked_folder_leads_to_the_file(tmp_path: pathlib.Path) -> None:
    (tmp_path / "real" / "deep").mkdir(parents=True)
    (tmp_path / "data.csv").touch()
    (tmp_path / "link").symlink_to(tmp_path / "real" / "deep")
    path = config_path(tmp_path / "link", str(tmp_path / "data.csv"))
    assert ((tmp_path / "link").resolve() / path).resolve() == tmp_path / "data.csv"
