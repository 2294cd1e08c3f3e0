"""Whether the files of a config have changed."""

import hashlib
import pathlib
import shutil
from collections.abc import Callable

import pytest

from components.text_example_gen.config import DataConfig
from components.text_example_gen.fingerprint import data_fingerprint
from components.text_example_gen.source_file import find_source_files
from models.user_error import UserError


@pytest.fixture
def data(tmp_path: pathlib.Path) -> DataConfig:
    for name in ("train.csv", "dev.csv", "more.csv"):
        (tmp_path / name).write_text(f"text,label\n{name},1\n")
    return DataConfig(train=f"{tmp_path}/[tm]*.csv", eval=f"{tmp_path}/dev.csv")


def folder_of(data: DataConfig) -> pathlib.Path:
    assert data.eval
    return pathlib.Path(data.eval).parent


def one_byte(folder: pathlib.Path) -> None:
    (folder / "more.csv").write_text("text,label\nmore.csv,2\n")


def another_name(folder: pathlib.Path) -> None:
    (folder / "more.csv").rename(folder / "more2.csv")


def one_more(folder: pathlib.Path) -> None:
    (folder / "more2.csv").touch()


def one_less(folder: pathlib.Path) -> None:
    (folder / "more.csv").unlink()


def two_exchanged(folder: pathlib.Path) -> None:
    (folder / "more.csv").rename(folder / "other")
    (folder / "train.csv").rename(folder / "more.csv")
    (folder / "other").rename(folder / "train.csv")


@pytest.mark.parametrize("change", [one_byte, another_name, one_more, one_less, two_exchanged])
def test_a_change_is_seen(data: DataConfig, change: Callable[[pathlib.Path], None]) -> None:
    before = data_fingerprint(data)
    change(folder_of(data))
    assert data_fingerprint(data) != before


def test_other_files_do_not_count(data: DataConfig) -> None:
    before = data_fingerprint(data)
    (folder_of(data) / "other.csv").touch()
    (folder_of(data) / ".more.csv").touch()
    assert data_fingerprint(data) == before


def test_the_same_content_written_anew_is_no_change(data: DataConfig) -> None:
    before = data_fingerprint(data)
    path = folder_of(data) / "more.csv"
    shutil.copyfile(path, folder_of(data) / "copy")
    (folder_of(data) / "copy").replace(path)
    assert data_fingerprint(data) == before


def test_a_file_that_comes_into_another_split_is_seen(data: DataConfig) -> None:
    folder = folder_of(data)
    first = DataConfig(train=f"{folder}/train.csv", eval=f"{folder}/dev.csv", test=f"{folder}/more.csv")
    second = DataConfig(train=f"{folder}/train.csv", eval=f"{folder}/more.csv", test=f"{folder}/dev.csv")
    assert data_fingerprint(first) != data_fingerprint(second)


def test_hashes_may_come_from_elsewhere(data: DataConfig) -> None:
    asked = []

    def known(path: str) -> str:
        asked.append(pathlib.Path(path).name)
        return hashlib.blake2b(pathlib.Path(path).read_bytes()).hexdigest()

    assert data_fingerprint(data, known) == data_fingerprint(data)
    assert asked == ["more.csv", "train.csv", "dev.csv"]
    assert data_fingerprint(data, lambda path: "") != data_fingerprint(data)


def test_files_of_a_file_system_of_beams_are_read_through_it(data: DataConfig) -> None:
    """Any address with `://`; Beam's file system of the Hadoop kind and others need a server, this one none."""
    from apache_beam.io.localfilesystem import LocalFileSystem

    class Remote(LocalFileSystem):
        """Files of this machine under an address."""

        @classmethod
        def scheme(cls) -> str:
            return "remote"

        def match(self, patterns: list[str], limits: object = None) -> object:
            (found,) = super().match([pattern.removeprefix("remote://") for pattern in patterns], limits)
            for metadata in found.metadata_list:
                metadata.path = f"remote://{metadata.path}"
            return [found]

        def open(self, path: str, *arguments: object, **options: object) -> object:
            return super().open(path.removeprefix("remote://"), *arguments, **options)

    folder = folder_of(data)
    remote = DataConfig(train=f"remote://{folder}/train.csv", eval=f"remote://{folder}/dev*")

    def refuse(path: str) -> str:
        raise AssertionError(path)

    before = data_fingerprint(remote, refuse)
    assert data_fingerprint(remote) == before
    (folder / "dev.csv").write_text("other")
    assert data_fingerprint(remote) != before
    for name in ("day-8.csv", "day-9.csv", "day-10.csv", "day-old.csv"):
        (folder / name).write_text(name)
    spans = DataConfig(path=f"remote://{folder}/*y-{{SPAN}}.csv", window=2)
    assert [pathlib.Path(file.path).name for file in find_source_files(spans)] == ["day-10.csv", "day-9.csv"]


def test_a_new_span_is_a_change_and_what_is_of_none_is_not(tmp_path: pathlib.Path) -> None:
    for day in ("2026-11-18", "2026-11-20"):
        (tmp_path / f"{day}.csv").write_text(day)
    data = DataConfig(path=f"{tmp_path}/{{YYYY}}-{{MM}}-{{DD}}.csv", window=3)
    before = data_fingerprint(data)
    for other in ("2026-11-17.csv", "2026-11-21.csv.part", "latest.csv", "2026-11-9.csv"):
        (tmp_path / other).write_text("other")
    assert data_fingerprint(data) == before
    # The newest day by name gives what it gives by default.
    assert data_fingerprint(data.model_copy(update={"span": "2026-11-20"})) == before
    found = {before}
    (tmp_path / "2026-11-19.csv").write_text("late")
    found.add(data_fingerprint(data))
    (tmp_path / "2026-11-21.csv").write_text("new")
    found.add(data_fingerprint(data))
    assert len(found) == 3


def test_a_new_version_of_a_span_is_a_change(tmp_path: pathlib.Path) -> None:
    data = DataConfig(path=f"{tmp_path}/{{SPAN}}-{{VERSION}}.csv")
    (tmp_path / "7-9.csv").write_text("same")
    before = data_fingerprint(data)
    (tmp_path / "7-8.csv").write_text("same")
    assert data_fingerprint(data) == before
    (tmp_path / "7-10.csv").write_text("same")
    assert data_fingerprint(data) != before


def test_a_missing_file_is_told(data: DataConfig) -> None:
    (folder_of(data) / "dev.csv").unlink()
    with pytest.raises(UserError, match=r"no file matches `data\.eval`"):
        data_fingerprint(data)
