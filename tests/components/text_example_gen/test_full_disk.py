"""The ingest on a disk that is full."""

import contextlib
import pathlib
import random
from collections.abc import Callable
from typing import Any

import pytest

from components.text_example_gen import executor as executor_module
from components.text_example_gen.config import DataConfig
from models.user_error import UserError
from pipeline.file_fault import file_fault

# The fixtures of conftest.py: the executor, and the disk.
Ingest = Callable[..., Any]
FullAt = Callable[[int], contextlib.AbstractContextManager[None]]


def test_examples_on_a_full_disk(tmp_path: pathlib.Path, ingest: Ingest, full_at: FullAt) -> None:
    numbers = random.Random(1)
    rows = [f"{n} {numbers.randbytes(60).hex()},{'xy'[n % 2]}" for n in range(4_000)]
    path = tmp_path / "rows.csv"
    path.write_text("\n".join(["text,label", *rows]) + "\n")
    with pytest.raises(Exception, match="File too large") as caught, full_at(100_000):
        ingest(DataConfig(path=str(path)))
    told = file_fault(caught.value)
    assert told is not None
    assert told.startswith(f"{tmp_path}/run/examples/Split-train/data_tfrecord-00000-00000.gz cannot be written: the d")
    assert told.endswith("give the same command again: it goes on from there")
    assert not list((tmp_path / "run" / "examples").glob("Split-*/*")), "no half file under its final name"
    result = ingest(DataConfig(path=str(path)))
    found = {row["text"] for split in ("train", "eval", "test") for row in result.rows(split)}
    assert found == {row.rpartition(",")[0] for row in rows}


def test_rejects_that_find_no_room_leave_those_kept_before(
    tmp_path: pathlib.Path, ingest: Ingest, full_at: FullAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text,label\n" + "".join(f"text {n},{'xy'[n % 2]}\n" for n in range(40)) + "no label\n" * 40)
    data = DataConfig(path=str(path))
    with pytest.raises(UserError, match=r"All rejected rows \(40\), with file, line and reason: "):
        ingest(data)
    kept = {file: file.read_bytes() for file in (tmp_path / "failed").iterdir()}
    real = executor_module.keep_rejects

    def keep(*arguments: Any) -> str:
        with full_at(1_000):
            return real(*arguments)

    monkeypatch.setattr(executor_module, "keep_rejects", keep)
    with pytest.raises(UserError) as caught:
        ingest(data, name="full")
    # Why the run stops is told first.
    assert "40 of 80 rows (50.00%) were rejected" in str(caught.value)
    assert f"The 40 rejected rows could not be kept in {tmp_path / 'failed'}: [Errno 27] File too" in str(caught.value)
    assert {file: content for file in kept if (content := file.read_bytes())} == kept
