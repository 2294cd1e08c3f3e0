"""Data files that somebody touches while they are read."""

import gzip
import os
import pathlib
from collections.abc import Callable
from typing import Any

import pytest

from components.text_example_gen import executor as executor_module
from components.text_example_gen.config import DataConfig
from components.text_example_gen.fingerprint import data_fingerprint
from components.text_example_gen.source_file import SourceFile, find_source_files
from components.text_example_gen.unchanged_files import check_fingerprint, unchanged_files
from models.user_error import UserError

# The fixture of conftest.py, which runs the executor.
Ingest = Callable[..., Any]

ROWS = "text,label\n" + "".join(f"text number {n},{'even' if n % 2 == 0 else 'odd'}\n" for n in range(400))
OTHERS = ROWS.replace("text number", "other rows")


def _grow(path: pathlib.Path) -> None:
    with path.open("a") as file:
        file.write("one more,odd\n")


def _cut(path: pathlib.Path) -> None:
    os.truncate(path, len(ROWS) // 2)


def _replace(path: pathlib.Path) -> None:
    beside = path.with_name("new.tmp")
    beside.write_text(OTHERS)
    # As `mv` and `rsync --times` do: neither size nor time tell.
    os.utime(beside, ns=(0, path.stat().st_mtime_ns))
    beside.replace(path)


def _overwrite(path: pathlib.Path) -> None:
    with path.open("r+") as file:
        file.write(OTHERS)


CHANGES = [
    (_grow, r"rows\.csv grew from [0-9,]+ to [0-9,]+ bytes"),
    (_cut, r"rows\.csv was cut from [0-9,]+ to [0-9,]+ bytes"),
    (_replace, r"rows\.csv was replaced by another file"),
    (_overwrite, r"rows\.csv was written to"),
    (pathlib.Path.unlink, r"rows\.csv was deleted"),
]


@pytest.mark.parametrize(("change", "message"), CHANGES)
def test_a_file_that_changes_is_named_with_what_became_of_it(
    tmp_path: pathlib.Path, change: Callable[[pathlib.Path], None], message: str
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(ROWS)
    with pytest.raises(UserError, match=f"{message} while it was read: nothing"), unchanged_files([_file(path)]):
        change(path)


@pytest.mark.parametrize(
    ("change", "message"), [(_replace, "was replaced by another file"), (pathlib.Path.unlink, "was deleted")]
)
def test_the_ingest_mixes_nothing(
    tmp_path: pathlib.Path,
    ingest: Ingest,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[pathlib.Path], None],
    message: str,
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(ROWS)
    real = executor_module.Ingest.expand

    # Between the look at its columns and the reading of its rows; Beam reads when the pipeline ends.
    def expand(self: Any, root: Any) -> Any:
        change(path)
        return real(self, root)

    with monkeypatch.context() as during:
        during.setattr(executor_module.Ingest, "expand", expand)
        with pytest.raises(
            UserError, match=rf"rows\.csv {message} while it was read: nothing of it is used. Run again"
        ):
            ingest(DataConfig(path=str(path)))
    # Nothing is left over that the next run would stumble on.
    path.write_text(OTHERS)
    result = ingest(DataConfig(path=str(path)))
    texts = [row["text"] for split in ("train", "eval", "test") for row in result.rows(split)]
    assert len(texts) == 400
    assert all(text.startswith("other rows") for text in texts)


def test_what_a_reader_stumbles_over_is_told_as_what_it_is(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "rows.csv.gz"
    path.write_bytes(gzip.compress(ROWS.encode()))
    (file,) = find_source_files(DataConfig(path=str(path)))
    with pytest.raises(UserError, match=r"rows\.csv\.gz was cut") as caught, unchanged_files([file]):
        _cut_and_stumble(path)
    assert isinstance(caught.value.__cause__, EOFError)
    with pytest.raises(EOFError, match="something else"), unchanged_files([file]):
        raise EOFError("something else")


def _cut_and_stumble(path: pathlib.Path) -> None:
    os.truncate(path, 20)
    raise EOFError("broken gzip data")


def test_another_owner_or_a_hard_link_changes_no_row(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(ROWS)
    with unchanged_files([_file(path)]):
        path.chmod(0o600)
        os.link(path, tmp_path / "backup.csv")


def test_a_change_between_the_first_look_and_the_reading_is_told(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(ROWS)
    data = DataConfig(path=str(path))
    looked = data_fingerprint(data)
    check_fingerprint(find_source_files(data), looked)
    path.write_text(OTHERS)
    with pytest.raises(UserError, match=r"the data changed between the run's first look .*rows\.csv"):
        check_fingerprint(find_source_files(data), looked)


def test_a_file_on_an_object_store_that_changes_is_named(object_store: str) -> None:
    import fsspec

    path = f"{object_store}/changing/rows.csv"
    fsspec.filesystem("s3").pipe(path, ROWS.encode())
    remote = SourceFile(0, path, None, "csv", gzip=False)
    with unchanged_files([remote]):
        pass
    with pytest.raises(UserError, match=r"rows\.csv grew"), unchanged_files([remote]):
        fsspec.filesystem("s3").pipe(path, (ROWS + "one more,odd\n").encode())
    with pytest.raises(UserError, match=r"rows\.csv was deleted"), unchanged_files([remote]):
        fsspec.filesystem("s3").rm(path)


def _file(path: pathlib.Path) -> SourceFile:
    return SourceFile(0, str(path), None, "csv", gzip=False)
