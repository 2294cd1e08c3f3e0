"""Which split a row goes to, or why none."""

from collections import Counter
from typing import Any

import pytest

from components.text_example_gen.column_map import map_columns
from components.text_example_gen.config import DataConfig, SplitName
from components.text_example_gen.content_hash import content_digest, split_by_hash
from components.text_example_gen.decided_row import Accepted, Rejected
from components.text_example_gen.held_out import HeldOut
from components.text_example_gen.readers.record import Record
from components.text_example_gen.row_parser import RowParser
from components.text_example_gen.row_sorter import RowSorter
from models.tasks.interface.registry import task_named

SHARES: dict[SplitName, int] = {"train": 8, "eval": 1, "test": 1}


def decide(split: SplitName, text: str, label: str = "a") -> Accepted | Rejected:
    task = task_named("text_classification")
    parser = RowParser(task, map_columns(task, DataConfig(path="unused"), ()))
    held_out = HeldOut(
        frozenset([content_digest(b"in eval"), content_digest(b"in both")]),
        frozenset([content_digest(b"in test"), content_digest(b"in both")]),
    )
    return RowSorter(parser, split, held_out, frozenset([b"a", b"sports"])).decide(
        Record(1, None, {"text": text, "label": label})
    )


@pytest.mark.parametrize(
    ("split", "text", "reason"),
    [
        ("train", "in eval", "same text as a row of split eval"),
        ("train", "in test", "same text as a row of split test"),
        ("train", "in both", "same text as a row of split eval"),
        ("train", " in  test ", "same text as a row of split test"),
        ("train", "In test", None),
        ("eval", "in eval", None),
        ("eval", "in test", "same text as a row of split test"),
        ("eval", "in both", "same text as a row of split test"),
        ("test", "in eval", None),
        ("test", "in both", None),
    ],
)
def test_leaks(split: SplitName, text: str, reason: str | None) -> None:
    decision = decide(split, text)
    assert (decision.reason if isinstance(decision, Rejected) else None) == reason


@pytest.mark.parametrize(
    ("split", "label", "reason"),
    [
        ("train", "spotrs", None),
        ("eval", "sports", None),
        ("eval", "spotrs", "unknown label: 'spotrs' does not occur in split train; did you mean 'sports'?"),
        ("test", "zzz", "unknown label: 'zzz' does not occur in split train"),
    ],
)
def test_labels_of_held_out_rows_occur_in_train(split: SplitName, label: str, reason: str | None) -> None:
    decision = decide(split, "text", label)
    assert (decision.reason if isinstance(decision, Rejected) else None) == reason


@pytest.mark.parametrize(("content", "split"), [(b"a", "train"), (b"good film", "train"), ("ü".encode(), "train")])
def test_split_by_hash_never_changes(content: bytes, split: SplitName) -> None:
    assert split_by_hash(content, SHARES) == split


def test_split_by_hash_keeps_the_shares_and_ignores_white_space() -> None:
    splits = [split_by_hash(b"text %d" % n, SHARES) for n in range(10_000)]
    counts = Counter(splits)
    assert counts["train"] == pytest.approx(8000, abs=160)
    assert counts["eval"] == pytest.approx(1000, abs=120)
    assert splits == [split_by_hash(b" text  %d\n" % n, SHARES) for n in range(10_000)]
    assert {split_by_hash(b"%d" % n, {"eval": 1, "train": 0}) for n in range(100)} == {"eval"}


def parse(values: dict[str, Any], slices: tuple[str, ...] = (), **config: Any) -> dict[str, bytes]:
    task = task_named("text_classification")
    return RowParser(task, map_columns(task, DataConfig(path="unused", **config), slices)).parse(values)


def test_columns_take_their_canonical_names() -> None:
    row = {"message": "hi", "topic": 3, "channel": "mail", "id": 5, "tags": ["b", None], "none": None, "other": 1}
    features = parse(
        row,
        slices=("channel", "label"),
        columns={"text": "message", "label": "topic"},
        extra_columns=("id", "tags", "none", "channel"),
    )
    assert features == {
        "text": b"hi",
        "label": b"3",
        "id": b"5",
        "tags": b'["b", null]',
        "channel": b"mail",
    }
