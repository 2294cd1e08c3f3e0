import pathlib
import random
from collections.abc import Sequence

import pytest

from components.text_example_gen.readers.record import Record
from models.tasks.registry import task_named
from models.user_error import UserError
from pipeline.guess.columns import Columns, choose_columns
from pipeline.guess.sample import sample_records

NUM_ROWS = 120


def _value(kind: str, row: int) -> object:
    """A value of a kind of column; those of another number are independent."""
    name = kind.partition("#")[0]
    numbers = random.Random(f"{kind} {row}")
    return {
        "long": f"a rather long text, number {row}, with many words that say nothing {kind}",
        "short": f"a text number {row}",
        "label": ["good", "bad"][row % 2],
        "class": numbers.choice(["red", "green", "blue"]),
        "few": numbers.choice(["mail", "chat"]),
        "flag": numbers.randrange(2),
        "echo": ["plus", "minus"][row % 2],
        "many": f"kind {row % 25}",
        "skewed": "usual" if row % 60 else "rare",
        "labels": numbers.choice(["1", "2", "1,2", "2,1"]),
        "score": f"{row / 7:.2f}",
        "id": f"x{row:04d}",
    }[name]


def _choose(columns: dict[str, str], text: str | None = None, label: str | None = None) -> Columns:
    rows = [
        Record(row, None, {name: _value(kind, row) for name, kind in columns.items()}) for row in range(1, NUM_ROWS + 1)
    ]
    sample = sample_records(pathlib.Path("data.csv"), rows, tuple(columns))
    return choose_columns(sample, text, label, task_named("text_classification"))


@pytest.mark.parametrize(
    ("columns", "text", "label", "slices"),
    [
        ({"message": "long", "topic": "class"}, "message", "topic", ()),
        ({"0": "class", "1": "short", "2": "long"}, "2", "0", ()),
        ({"title": "short", "text": "long", "label": "label", "channel": "few"}, "text", "label", ("channel",)),
        ({"text": "short", "details": "long", "label": "label"}, "text", "label", ()),
        ({"id": "id", "text": "long", "group": "few", "topic": "class"}, "text", "topic", ("group",)),
        ({"text": "long", "label": "label", "name": "echo", "kind": "many", "kept": "skewed"}, "text", "label", ()),
        (
            {"text": "long", "label": "class", "a": "few", "b": "few#2", "c": "few#3", "d": "few#4"},
            "text",
            "label",
            "abc",
        ),
    ],
)
def test_columns_are_chosen(columns: dict[str, str], text: str, label: str, slices: Sequence[str]) -> None:
    chosen = _choose(columns)
    assert chosen.canonical == {"text": text, "label": label}
    assert chosen.slices == tuple(slices)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"a": "long", "b": "long#2", "label": "label"},
            r"2 columns that could be the text: 'a' .*'b' .*--text COLUMN",
        ),
        ({"#1 String": "long", "#2 String": "long#2", "Quality": "label"}, "pairs of texts, '#1 String' and '#2 Str"),
        ({"premise": "long", "hypothesis": "short", "label": "label"}, "pairs of texts, 'premise' and 'hypothesis'"),
        ({"text": "long", "a": "few", "b": "class"}, r"2 columns that could be the label: 'a' .*--label COLUMN"),
        ({"text": "long", "p": "flag#1", "q": "flag#2", "r": "flag#4"}, "p, q, r are one label each: .*multi_label"),
        (
            {"text": "long", "1": "labels", "2": "id"},
            "column '1' .* several labels .*'[12],[12]'.*multi_label_classification",
        ),
        ({"text": "long", "score": "score"}, "column 'score' .* holds numbers.*text_regression"),
        ({"text": "long"}, "no labels: there is no column beside the text"),
        ({"text": "long", "key": "id"}, "no labels.*'key' holds another token in each row.*--label COLUMN"),
        ({"key": "id", "label": "label"}, r"no column of texts \('key' holds another token.*--text COLUMN"),
    ],
)
def test_a_choice_that_is_the_users_names_the_candidates(columns: dict[str, str], message: str) -> None:
    with pytest.raises(UserError, match=message):
        _choose(columns)


def test_options_decide() -> None:
    pair = {"a": "long", "b": "long#2", "x": "few", "y": "class"}
    assert _choose(pair, text="b", label="y").canonical == {"text": "b", "label": "y"}
    assert _choose({"text": "long", "1": "labels"}, label="1").canonical["label"] == "1"


@pytest.mark.parametrize(
    ("text", "label", "message"),
    [
        (
            "mesage",
            None,
            "--text: data.csv has no column 'mesage'; did you mean 'message'\\? Its columns: 'message', 't",
        ),
        (None, "zzz", "--label: data.csv has no column 'zzz'. Its columns:"),
        ("topic", "topic", "name the same column"),
    ],
)
def test_options_are_checked(text: str | None, label: str | None, message: str) -> None:
    with pytest.raises(UserError, match=message):
        _choose({"message": "long", "topic": "class"}, text, label)


def test_a_label_needs_two_values() -> None:
    rows = [Record(row, None, {"text": _value("long", row), "label": "same"}) for row in range(NUM_ROWS)]
    sample = sample_records(pathlib.Path("data.csv"), rows, ("text", "label"))
    with pytest.raises(UserError, match="has 1 different values"):
        choose_columns(sample, None, "label", task_named("text_classification"))
