"""Lengths in word pieces, from examples as Transform writes them."""

import pathlib
from collections import Counter

import tensorflow as tf

from components.report.text_lengths import length_histogram, text_lengths


def write(path: pathlib.Path, rows: list[dict[str, list[int]]]) -> str:
    with tf.io.TFRecordWriter(str(path), "GZIP") as writer:
        for row in rows:
            features = {
                f"{name}$ragged_values": tf.train.Feature(int64_list=tf.train.Int64List(value=ids))
                for name, ids in row.items()
            }
            features["label"] = tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"x"]))
            writer.write(tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString())
    return str(path)


def test_every_row_of_every_split_is_counted(tmp_path: pathlib.Path) -> None:
    rows = [{"token_ids": [1] * (number % 8), "segment_ids": [0], "question_ids": [7] * 3} for number in range(3000)]
    files = {"train": [write(tmp_path / "a", rows[:2000]), write(tmp_path / "b", rows[2000:])]}
    files["eval"] = [write(tmp_path / "c", [{"token_ids": [1] * 100, "question_ids": []}])]
    tokens, questions = text_lengths(files, limit=7)
    assert (tokens.feature, questions.feature) == ("token_ids", "question_ids")
    train, evaluated = tokens.splits
    assert train.edges == tuple(map(float, range(9)))
    assert train.counts == (375.0,) * 8
    assert train.quantiles == {"half": 3.0, "90 %": 7.0, "99 %": 7.0, "longest": 7.0}
    assert sum(evaluated.counts) == 1
    assert tokens.at_limit == {"train": 375, "eval": 0}
    assert questions.splits[0].quantiles["half"] == 3.0


def test_without_word_pieces_there_are_no_lengths(tmp_path: pathlib.Path) -> None:
    assert text_lengths({"train": [write(tmp_path / "a", [{}])]}, limit=None) == ()
    assert text_lengths({"train": []}, limit=None) == ()


def test_buckets_are_of_equal_width_and_hold_all() -> None:
    histogram = length_histogram("train", Counter({0: 1, 511: 2, 512: 3}))
    widths = {high - low for low, high in zip(histogram.edges, histogram.edges[1:], strict=False)}
    assert len(widths) == 1
    assert len(histogram.counts) <= 31
    assert (histogram.edges[0], sum(histogram.counts)) == (0.0, 6.0)
    assert histogram.edges[-1] > 512
