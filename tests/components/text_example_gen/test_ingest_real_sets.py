"""The ingest on real data sets."""

import csv
import pathlib
from collections.abc import Callable
from typing import Any

from components.text_example_gen.config import DataConfig

# The fixture of conftest.py, which runs the executor.
Ingest = Callable[..., Any]


def tsv_rows(path: pathlib.Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text(encoding="utf-8-sig").removesuffix("\n").split("\n")]


def normalized(text: str) -> str:
    return " ".join(text.split())


def test_sst2_is_read_exactly(shared_data: pathlib.Path, ingest: Ingest) -> None:
    folder = shared_data / "sst2"
    data = DataConfig(
        train=str(folder / "train.tsv"),
        eval=str(folder / "dev.tsv"),
        test=str(folder / "test.tsv"),
        columns={"text": "sentence"},
        quoting=False,
    )
    result = ingest(data)
    files = {"train": "train.tsv", "eval": "dev.tsv", "test": "test.tsv"}
    expected = {split: tsv_rows(folder / name)[1:] for split, name in files.items()}
    held_out = {normalized(text) for split in ("eval", "test") for text, _ in expected[split]}
    leaks = [line for line, (text, _) in enumerate(expected["train"], 2) if normalized(text) in held_out]
    expected["train"] = [row for row in expected["train"] if normalized(row[0]) not in held_out]
    for split, rows in expected.items():
        assert [[row["text"], row["label"]] for row in result.rows(split)] == rows
    assert [reject["line"] for reject in result.rejects()] == leaks
    assert result.summary.rows == 67_349 + 872 + 1_821


def test_mrpc_with_byte_order_mark_and_lone_quotes(shared_data: pathlib.Path, ingest: Ingest) -> None:
    folder = shared_data / "mrpc"
    data = DataConfig(
        train=str(folder / "train.tsv"),
        eval=str(folder / "dev.tsv"),
        test=str(folder / "test.tsv"),
        columns={"label": "Quality", "text": "#1 String", "text_pair": "#2 String"},
        extra_columns=("#1 ID",),
        quoting=False,
    )
    result = ingest(data, task="tiny_tasks:PairTask")
    assert result.summary.examples == {"train": 3668, "eval": 408, "test": 1725}
    expected = [[row[0], row[1], row[3], row[4]] for row in tsv_rows(folder / "train.tsv")[1:]]
    found = [[row["label"], row["#1 ID"], row["text"], row["text_pair"]] for row in result.rows("train")]
    assert found == expected


def test_ag_news_csv_without_header(shared_data: pathlib.Path, ingest: Ingest) -> None:
    path = shared_data / "ag_news" / "test.csv"
    result = ingest(DataConfig(path=str(path), header=False, columns={"label": "0", "text": "2"}))
    assert result.rejects() == []
    with path.open(encoding="utf-8", newline="") as file:
        expected = sorted((row[2], row[0]) for row in csv.reader(file))
    splits = {split: result.rows(split) for split in ("train", "eval", "test")}
    assert sorted((row["text"], row["label"]) for rows in splits.values() for row in rows) == expected
    assert len(splits["train"]) > 5 * len(splits["eval"]) > 0


def test_go_emotions_without_header(shared_data: pathlib.Path, ingest: Ingest) -> None:
    folder = shared_data / "goemotions"
    data = DataConfig(
        train=str(folder / "train.tsv"),
        eval=str(folder / "dev.tsv"),
        header=False,
        quoting=False,
        columns={"text": "0", "label": "1"},
        max_rejected_fraction=0.02,
    )
    result = ingest(data, task="tiny_tasks:SeveralLabelsTask")
    assert result.summary.rows == 43_410 + 5_426
    assert {reason.reason for reason in result.summary.reasons} <= {"same text as a row of split eval"}
    held_out = {normalized(row[0]) for row in tsv_rows(folder / "dev.tsv")}
    expected = [row[:2] for row in tsv_rows(folder / "train.tsv") if normalized(row[0]) not in held_out]
    assert [[row["text"], row["label"]] for row in result.rows("train")] == expected


def test_crowd_labelled_ag_news_with_quotes(shared_data: pathlib.Path, ingest: Ingest) -> None:
    path = shared_data / "ag_news" / "train-part-b.csv"
    result = ingest(DataConfig(path=str(path), columns={"label": "gt"}))
    assert result.summary.rows == 10_000
    assert result.rejects() == []
