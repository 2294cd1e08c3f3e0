"""The ingest on a disk that is full."""

import contextlib
import pathlib
import random
from collections.abc import Callable
from typing import Any

import pytest

from components.text_example_gen.config import DataConfig
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
