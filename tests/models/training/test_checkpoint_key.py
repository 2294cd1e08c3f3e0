import pathlib
from typing import Any

import pytest
import tensorflow as tf

from models.training.checkpoint_key import checkpoint_key

SETTINGS = {"task": "text_classification", "training": {"epochs": 3}}


def _write(folder: pathlib.Path, rows: list[dict[str, bytes]]) -> str:
    folder.mkdir()
    path = str(folder / "examples-00000-of-00001.gz")
    with tf.io.TFRecordWriter(path, "GZIP") as writer:
        for row in rows:
            # An Example that holds one feature is followed by another that holds the next: together they are one, with
            # its features in this order.
            parts = [
                tf.train.Example(
                    features=tf.train.Features(
                        feature={name: tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))}
                    )
                ).SerializeToString()
                for name, value in row.items()
            ]
            writer.write(b"".join(parts))
    return path


def test_order_of_features_and_folder_do_not_matter(tmp_path: pathlib.Path) -> None:
    one = _write(tmp_path / "6", [{"label": b"a", "token_ids": b"1"}, {"label": b"b", "token_ids": b"2"}])
    two = _write(tmp_path / "13", [{"token_ids": b"1", "label": b"a"}, {"label": b"b", "token_ids": b"2"}])
    assert pathlib.Path(one).read_bytes() != pathlib.Path(two).read_bytes()
    assert checkpoint_key(SETTINGS, [one], []) == checkpoint_key(dict(reversed(SETTINGS.items())), [two], [])


@pytest.mark.parametrize(
    "rows",
    [
        [{"label": b"b"}, {"label": b"a"}],
        [{"label": b"a"}],
        [{"label": b"a"}, {"label": b"b"}, {"label": b"b"}],
        [{"label": b"a"}, {"label": b"c"}],
    ],
)
def test_other_rows_are_another_training(tmp_path: pathlib.Path, rows: list[dict[str, bytes]]) -> None:
    first = _write(tmp_path / "first", [{"label": b"a"}, {"label": b"b"}])
    assert checkpoint_key(SETTINGS, [first], []) != checkpoint_key(SETTINGS, [_write(tmp_path / "other", rows)], [])


def test_settings_files_and_code_matter(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"1")
    keys = [checkpoint_key(SETTINGS, [], [str(weights)])]
    weights.write_bytes(b"2")
    keys.append(checkpoint_key(SETTINGS, [], [str(weights)]))
    keys.append(checkpoint_key({**SETTINGS, "training": {"epochs": 4}}, [], [str(weights)]))
    code: Any = __import__("models")
    monkeypatch.setattr(code, "__file__", str(tmp_path / "__init__.py"))
    keys.append(checkpoint_key(SETTINGS, [], [str(weights)]))
    assert len(set(keys)) == len(keys)
