import dataclasses
import pathlib
import random
from collections import Counter
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from models.tasks.interface.batch import TrainingBatch
from models.tasks.interface.facts import Facts
from models.tasks.text_classification import TextClassification
from models.tokenisation.text_encoder import TextEncoder
from models.tokenisation.vocabulary import SPECIAL_TOKENS, Vocabulary
from models.tokenisation.windows import cut_windows, gather_windows
from models.training.batches import BatchReader

TASK = TextClassification()

LABELS = ("bad", "good")
FACTS = Facts(Vocabulary(SPECIAL_TOKENS, lowercase=True), LABELS)
SPEC = {
    "token_ids": tf.io.RaggedFeature(tf.int64, row_splits_dtype=tf.int64),
    "label": tf.io.FixedLenFeature([], tf.string),
}
NUM_ROWS = 4_003


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], set[tuple[int, ...]]]:
    """Two files of rows, each with an id of its own as its second token, and the set of all rows."""
    random.seed(3)
    folder = tmp_path_factory.mktemp("rows")
    all_rows = {(101, 1000 + number, *([7] * random.randint(0, 60))) for number in range(NUM_ROWS)}
    shuffled = sorted(all_rows)
    random.shuffle(shuffled)
    for name, part in (("a", shuffled[:1_500]), ("b", shuffled[1_500:])):
        with tf.io.TFRecordWriter(str(folder / f"{name}.gz"), "GZIP") as writer:
            for row in part:
                writer.write(_example(row).SerializeToString())
    return [str(folder / "*.gz")], all_rows


def _example(row: tuple[int, ...]) -> tf.train.Example:
    label = LABELS[row[1] % 2].encode()
    return tf.train.Example(
        features=tf.train.Features(
            feature={
                "token_ids": tf.train.Feature(int64_list=tf.train.Int64List(value=row)),
                "label": tf.train.Feature(bytes_list=tf.train.BytesList(value=[label])),
            }
        )
    )


def _reader(batch_size: int = 32, **settings: int) -> BatchReader:
    return BatchReader(TASK, FACTS, TextEncoder(FACTS.vocabulary, 62), SPEC, batch_size, **settings)


def _rows_of(batches: tf.data.Dataset) -> list[tuple[int, ...]]:
    found = []
    for inputs, targets in batches:
        lengths = inputs["padding_mask"].numpy().sum(axis=1)
        for ids, length, target in zip(inputs["token_ids"].numpy(), lengths, targets.numpy(), strict=True):
            row = tuple(int(token) for token in ids[:length])
            assert target == row[1] % 2
            found.append(row)
    return found


@pytest.mark.parametrize("batch_size", [1, 32, 5_000])
def test_every_row_occurs_once_in_an_epoch(rows: Any, batch_size: int) -> None:
    files, expected = rows
    reader = _reader(batch_size)
    for batches in (reader.training(files, NUM_ROWS, 1, epoch=0), reader.evaluation(files)):
        found = _rows_of(batches)
        assert len(found) == NUM_ROWS
        assert set(found) == expected


def test_number_of_batches_is_the_number_of_steps(rows: Any) -> None:
    files, _ = rows
    assert sum(1 for _ in _reader().training(files, NUM_ROWS, 1, epoch=0)) == _reader().count_batches(NUM_ROWS) == 126
    assert _reader().count_rows(files) == NUM_ROWS


def test_order_depends_on_seed_and_epoch_alone(rows: Any) -> None:
    files, _ = rows
    first, second = (_rows_of(_reader().training(files, NUM_ROWS, 1, epoch)) for epoch in (0, 1))
    assert first != second
    again = _reader().training(files, NUM_ROWS, 1, epoch=1)
    assert [_rows_of(again), _rows_of(again)] == [second, second]
    assert _rows_of(again.skip(5)) == second[5 * 32 :], "all batches of this epoch are full but one, which is later"
    assert _rows_of(_reader().training(files, NUM_ROWS, 2, epoch=0)) != first
    # No sum of the two.
    assert _rows_of(_reader().training(files, NUM_ROWS, 0, epoch=1)) != first


def test_labels_are_counted(rows: Any) -> None:
    files, expected = rows
    num_good = sum(row[1] % 2 for row in expected)
    assert _reader().count_labels(files) == (NUM_ROWS - num_good, num_good)


@pytest.mark.parametrize("row_multiple", [2, 3, 32])
def test_rows_that_fill_up_a_batch_weigh_nothing(rows: Any, row_multiple: int) -> None:
    files, expected = rows
    reader = _reader(batch_size=32, row_multiple=row_multiple)
    found = []
    for batches in (reader.training(files, NUM_ROWS, 1, epoch=0), reader.evaluation(files)):
        found.clear()
        for inputs, targets, weights in batches:
            ids, kept = inputs["token_ids"].numpy(), weights.numpy() > 0
            assert len(ids) == len(targets) == len(weights)
            assert len(ids) % row_multiple == 0
            # A mean over all rows is one over the kept.
            assert (weights.numpy()[kept] == np.float32(len(ids) / kept.sum())).all()
            assert ((ids[kept][:, 1] % 2) == targets.numpy()[kept]).all()
            found += ids[kept][:, 1].tolist()
        assert sorted(found) == sorted(row[1] for row in expected)


def test_few_shapes(rows: Any) -> None:
    files, _ = rows
    reader = _reader().with_few_shapes()
    shapes = {tuple(inputs["token_ids"].shape) for inputs, *_ in reader.training(files, NUM_ROWS, 1, epoch=0)}
    assert shapes == {(32, 32), (32, 62)}


@pytest.mark.parametrize("multiple", [2, 8])
def test_little_is_padding(rows: Any, multiple: int) -> None:
    files, _ = rows
    reader = _reader() if multiple == 2 else _reader().for_gpus()
    cells = used = 0
    for inputs, _ in reader.training(files, NUM_ROWS, 1, epoch=0):
        assert inputs["token_ids"].shape[1] % multiple == 0 or inputs["token_ids"].shape[1] == 62
        cells += int(tf.size(inputs["padding_mask"]))
        used += int(tf.reduce_sum(inputs["padding_mask"]))
    # Random batches of these rows would be nearly half padding.
    assert used / cells > 0.85


@pytest.mark.parametrize("num_rows", [200, NUM_ROWS])
def test_rows_meet_others_in_the_next_epoch(tmp_path: pathlib.Path, num_rows: int) -> None:
    numbers = random.Random(5)
    path = str(tmp_path / "rows.gz")
    with tf.io.TFRecordWriter(path, "GZIP") as writer:
        for number in range(num_rows):
            row = (101, 1000 + number, *([7] * numbers.randint(0, 60)))
            writer.write(_example(row).SerializeToString())
    reader = _reader(8)

    def mates(epoch: int) -> set[tuple[int, int]]:
        found = set()
        for inputs, _ in reader.training([path], num_rows, 1, epoch):
            ids = sorted(inputs["token_ids"].numpy()[:, 1].tolist())
            found |= {(a, b) for a in ids for b in ids if a < b}
        return found

    first, second = mates(0), mates(1)
    assert len(first & second) / len(first) < 0.25


def test_files_that_are_sorted_by_label_are_mixed(tmp_path: pathlib.Path) -> None:
    for name in (0, 1):
        with tf.io.TFRecordWriter(str(tmp_path / f"{name}.gz"), "GZIP") as writer:
            for number in range(500):
                writer.write(_example((101, 1000 + 2 * number + name, 7)).SerializeToString())
    batches = _reader().training([str(tmp_path / "*.gz")], 1_000, 1, epoch=0)
    shares = [float(tf.reduce_mean(tf.cast(targets, tf.float32))) for _, targets in batches]
    assert all(0.1 < share < 0.9 for share in shares)


def test_missing_files_are_an_error(tmp_path: pathlib.Path) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError):
        list(_reader().training([str(tmp_path / "*.gz")], NUM_ROWS, 1, epoch=0))


def test_autotuning_is_off(rows: Any) -> None:
    # Its thread would halt training for up to a minute whenever an iterator ends.
    files, _ = rows
    for batches in (_reader().training(files, NUM_ROWS, 1, epoch=0).skip(1), _reader().evaluation(files)):
        assert batches.options().autotune.enabled is False


class WindowsTask(TextClassification):
    """Cuts texts into windows of at most three pieces."""

    cuts_windows = True

    def windows(self, packed: Any, encoder: Any) -> Any:
        lengths = packed["token_ids"].row_lengths()
        windows = cut_windows(lengths, capacity=3, overlap=0)
        labels = tf.gather(packed["label"], windows.row)
        return {"token_ids": gather_windows(packed["token_ids"], windows), "label": labels}


def test_windows_are_rows_of_their_own_and_fill_batches(rows: Any) -> None:
    files, all_rows = rows
    reader = dataclasses.replace(_reader(), task=WindowsTask())
    num_rows = reader.count_rows(files)
    # The last window of a row of more than three pieces is moved back, so that it is full.
    assert num_rows == sum(-(-len(row) // 3) for row in all_rows)
    batches = list(reader.training(files, num_rows, 1, epoch=0))
    assert len(batches) == reader.count_batches(num_rows)
    assert sorted(int(targets.shape[0]) for _, targets in batches)[1:] == [32] * (len(batches) - 1)
    seen = Counter(int(ids[1]) for inputs, _ in batches for ids in inputs["token_ids"].numpy() if ids[0] == 101)
    assert seen == Counter(row[1] for row in all_rows), "each first window, with the row's own number, occurs once"


def test_seeds_differ_by_batch_and_epoch_and_repeat(rows: Any) -> None:
    files, _ = rows

    class SeedTask(TextClassification):
        def training_batch(self, rows: Any, inputs: Any, facts: Any, seed: Any) -> TrainingBatch:
            return TrainingBatch(inputs, tf.random.stateless_uniform([], seed))

    reader = dataclasses.replace(_reader(), task=SeedTask())

    def drawn(epoch: int) -> list[float]:
        return [float(target) for _, target in reader.training(files, NUM_ROWS, 1, epoch)]

    assert len({*drawn(0), *drawn(1)}) == 2 * reader.count_batches(NUM_ROWS)
    assert drawn(1) == drawn(1)
    assert [float(target) for _, target in reader.evaluation(files)] == [
        float(target) for _, target in reader.evaluation(files)
    ]
