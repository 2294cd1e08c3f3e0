"""The ingest of rows with any number of labels."""

import json
import pathlib
from typing import Any

import pytest

from components.text_example_gen.config import DataConfig
from models.user_error import UserError


def _write(path: pathlib.Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))


def _data(folder: pathlib.Path) -> DataConfig:
    return DataConfig(train=f"{folder}/train.jsonl", eval=f"{folder}/eval.jsonl", max_rejected_fraction=0.5)


def test_rows_count_for_each_label_and_unknown_ones_are_rejected(tmp_path: pathlib.Path, ingest: Any) -> None:
    _write(
        tmp_path / "train.jsonl",
        [{"text": "a", "labels": ["joy", "joy", "fear"]}, {"text": "b", "labels": ""}, {"text": "c", "labels": "joy"}],
    )
    _write(tmp_path / "eval.jsonl", [{"text": "d", "labels": []}, {"text": "e", "labels": ["joy", "jay"]}])
    result = ingest(_data(tmp_path), task="multi_label_classification")
    assert {count.label: count.rows for count in result.labels} == {"fear": 1, "joy": 2}
    (reject,) = result.rejects()
    assert reject["reason"] == "unknown label: 'jay' does not occur in split train; did you mean 'joy'?"


def test_a_train_split_without_any_label_stops_the_run(tmp_path: pathlib.Path, ingest: Any) -> None:
    for split in ("train", "eval"):
        _write(tmp_path / f"{split}.jsonl", [{"text": split, "labels": []}])
    message = "train has 0 of the 1 different labels that the task needs at least: none in any row"
    with pytest.raises(UserError, match=message):
        ingest(_data(tmp_path), task="multi_label_classification")
