"""Tasks whose rows are several examples, and documents become pairs of segments."""

import pathlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

import pytest
from typing_extensions import override

from components.text_example_gen import row_expansion
from components.text_example_gen.config import DataConfig
from components.text_example_gen.row_expansion import RowExpansion
from models.encoder_settings import EncoderSettings
from models.tasks.interface.contract import Features
from models.tasks.text_classification import TextClassification

Ingest = Callable[..., Any]


class WordTask(TextClassification):
    """An example for each word."""

    name: ClassVar[str] = "words"
    expands_rows: ClassVar[bool] = True

    @override
    def expand(self, rows: Sequence[Features], encoder: Any) -> Iterable[Features]:
        assert encoder.sequence_length == 16
        return [{**row, "text": word} for row in rows for word in bytes(row["text"]).split()]  # type: ignore[arg-type]


@pytest.fixture
def encoder(tiny_preset: str) -> EncoderSettings:
    return EncoderSettings(tiny_preset, 16)


def _row(text: str) -> Features:
    return {"text": text.encode(), "label": b"x"}


def test_rows_wait_for_one_another_by_split(encoder: EncoderSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_expansion, "_MAX_WAITING_BYTES", 10)
    expansion = RowExpansion(WordTask(), encoder)
    assert list(expansion.add("train", _row("a b c"))) == []
    assert list(expansion.add("eval", _row("d e"))) == []
    words = [example["text"] for example in expansion.add("train", _row("f g"))]
    assert words == [b"a", b"b", b"c", b"f", b"g"]
    assert list(expansion.rest("train")) == []
    assert [example["text"] for example in expansion.rest("eval")] == [b"d", b"e"]


def test_rows_of_other_tasks_are_examples_at_once() -> None:
    expansion = RowExpansion(TextClassification(), None)
    assert list(expansion.add("train", _row("a"))) == [_row("a")]
    assert list(expansion.rest("train")) == []


def test_rows_and_examples_are_both_counted(ingest: Ingest, tmp_path: pathlib.Path, encoder: EncoderSettings) -> None:
    rows = [f"word{number} and more,{number % 2}" for number in range(200)]
    (tmp_path / "rows.csv").write_text("\n".join(["text,label", *rows, ",1"]) + "\n")
    task = f"{__name__}:WordTask" if "." not in __name__ else "test_row_expansion:WordTask"
    done = ingest(DataConfig(path=str(tmp_path / "rows.csv")), task=task, encoder=encoder)
    summary = done.summary
    assert summary.rows == 201
    assert summary.rejected == 1
    assert sum(summary.accepted.values()) == 200
    assert summary.examples == {split: 3 * count for split, count in summary.accepted.items()}
    assert all(len(done.rows(split)) == summary.examples[split] for split in summary.examples)
    assert summary.files[0].accepted == summary.accepted
    assert sum(label.rows for label in done.labels) == summary.accepted["train"]


SENTENCES = (
    "the film was good .",
    "a movie is bad .",
    "the food is very poor .",
    "service was awful .",
    "is it fine ?",
)


@pytest.fixture
def corpus(tmp_path: pathlib.Path) -> DataConfig:
    """Sixty documents with a blank line between them."""
    documents = ["\n".join((*SENTENCES[number % 5 :], f"food {number}", *SENTENCES)) for number in range(60)]
    (tmp_path / "corpus.txt").write_text("\n\n".join(documents) + "\n")
    return DataConfig(path=str(tmp_path / "corpus.txt"), split={"train": 3, "eval": 1})


def _shards(folder: pathlib.Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.gz")}


def test_documents_become_pairs(ingest: Ingest, corpus: DataConfig, encoder: EncoderSettings) -> None:
    done = ingest(corpus, task="masked_lm", encoder=encoder)
    assert done.summary.rows == 60 == sum(done.summary.accepted.values())
    train = done.rows("train")
    assert len(train) == done.summary.examples["train"] > 2 * done.summary.accepted["train"]
    assert Counter(row["relation"] for row in train).keys() == {"next", "random"}
    # What follows comes from the same document: the number that tells it is in one segment at most.
    own = {word for row in train for word in (row["text"] + " " + row["text_pair"]).split() if word.isdigit()}
    held_out = {word for row in done.rows("eval") for word in f"{row['text']} {row['text_pair']}".split()}
    assert own.isdisjoint(held_out)


def test_equal_documents_give_equal_bytes(ingest: Ingest, corpus: DataConfig, encoder: EncoderSettings) -> None:
    first = ingest(corpus, task="masked_lm", encoder=encoder, name="first")
    second = ingest(corpus, task="masked_lm", encoder=encoder, name="second")
    assert _shards(pathlib.Path(first.examples.uri)) == _shards(pathlib.Path(second.examples.uri))
    assert _shards(pathlib.Path(first.examples.uri))
