import pathlib
import random
import re
from collections.abc import Sequence

import pytest

from components.text_example_gen.readers.record import Record
from models.user_error import UserError
from pipeline.guess.columns import Columns, choose_columns
from pipeline.guess.named_columns import NamedColumns
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
        "bars": numbers.choice(["joy", "fear", "joy | fear", "fear|awe", "awe"]),
        "list": numbers.choice([["joy"], ["joy", "fear"], []]),
        "score": f"{row / 7:.2f}",
        "points": str(row % 25),
        "grade": str(row % 9 / 2),
        "id": f"x{row:04d}",
        "spans": [{"start": 2, "end": 8, "type": "LONG"}] if row % 2 else [],
        "words": ["a", "Paris"],
        "chunks": ["B-NP", "I-NP"],
        "tags": ["O", "B-LOC"],
        "answers": {"text": ["text"], "answer_start": [2]},
    }[name]


def _choose(columns: dict[str, str], **named: str | None) -> Columns:
    rows = [
        Record(row, None, {name: _value(kind, row) for name, kind in columns.items()}) for row in range(1, NUM_ROWS + 1)
    ]
    sample = sample_records(pathlib.Path("data.csv"), rows, tuple(columns))
    return choose_columns(sample, NamedColumns(**named))


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
    assert chosen.rule.name == "text_classification"
    assert chosen.canonical == {"text": text, "label": label}
    assert chosen.slices == tuple(slices)


@pytest.mark.parametrize(
    ("columns", "canonical"),
    [
        ({"Quality": "label", "#1 String": "long", "#2 String": "long#2"}, ("#1 String", "#2 String", "Quality")),
        ({"sentence1": "short", "sentence2": "long", "label": "label"}, ("sentence1", "sentence2", "label")),
        ({"question1": "long", "question2": "long#2", "is_same": "few"}, ("question1", "question2", "is_same")),
        ({"text_a": "long", "text_b": "long#2", "label": "few"}, ("text_a", "text_b", "label")),
        ({"hypothesis": "short", "premise": "long", "label": "class"}, ("premise", "hypothesis", "label")),
        ({"label": "few", "passage": "long", "query": "short"}, ("query", "passage", "label")),
        (
            {
                "sentence1_parse": "long",
                "sentence2_parse": "long#2",
                "sentence1": "long#3",
                "sentence2": "long#4",
                "y": "few",
            },
            ("sentence1", "sentence2", "y"),
        ),
    ],
)
def test_two_texts_by_their_names_are_a_pair(columns: dict[str, str], canonical: tuple[str, str, str]) -> None:
    chosen = _choose(columns)
    assert chosen.rule.name == "text_classification"
    assert chosen.canonical == dict(zip(("text", "text_pair", "label"), canonical, strict=True))
    assert chosen.task.text_columns() == ("text", "text_pair")


@pytest.mark.parametrize(
    ("columns", "task", "canonical", "options", "seen_by"),
    [
        (
            {"0": "long", "1": "labels", "2": "id"},
            "multi_label_classification",
            {"text": "0", "labels": "1"},
            {},
            "one text and any number of labels in each row; .*--task text_classification --label 1",
        ),
        (
            {"text": "long", "emotion": "bars"},
            "multi_label_classification",
            {"text": "text", "labels": "emotion"},
            {"delimiter": "|"},
            "any number of labels",
        ),
        (
            {"text": "long", "labels": "list"},
            "multi_label_classification",
            {"text": "text", "labels": "labels"},
            {},
            "any number of labels",
        ),
        (
            {"id": "id", "text": "long", "rude": "flag#1", "fair": "flag#2", "kind": "flag#4"},
            "multi_label_classification",
            {"text": "text"},
            {"label_columns": ("rude", "fair", "kind")},
            "any number of labels",
        ),
        (
            {"s1": "long", "s2": "long#2", "score": "score"},
            "text_regression",
            {"text": "s1", "text_pair": "s2", "score": "score"},
            {},
            "two texts and a number in each row; .*--task text_classification --label score",
        ),
        ({"text": "long", "value": "score"}, "text_regression", {"text": "text", "score": "value"}, {}, "a number"),
        ({"text": "long", "label": "score"}, "text_regression", {"text": "text", "score": "label"}, {}, "a number"),
        # Many different integers are a measure under a name like that, and classes elsewhere.
        ({"text": "long", "score": "points"}, "text_regression", {"text": "text", "score": "score"}, {}, "a number"),
        (
            {"text": "long", "label": "points"},
            "text_classification",
            {"text": "text", "label": "label"},
            {},
            "one label",
        ),
        (
            {"text": "long", "score": "grade"},
            "text_classification",
            {"text": "text", "label": "score"},
            {},
            "one label",
        ),
        (
            {"text": "long", "genre": "few", "year": "points", "score": "score"},
            "text_regression",
            {"text": "text", "score": "score"},
            {},
            "a number",
        ),
        # When a text was written is nothing to learn.
        (
            {"text": "long", "time": "score", "value": "score"},
            "text_regression",
            {"text": "text", "score": "value"},
            {},
            "a number",
        ),
        ({"ner": "tags", "row": "words"}, "token_classification", {"words": "row", "tags": "ner"}, {}, "column ner"),
        (
            {"text": "long", "title": "short", "entities": "spans"},
            "token_classification",
            {"text": "text", "entities": "entities"},
            {},
            "column entities holds spans",
        ),
        (
            {"chunk_tags": "chunks", "ner_tags": "tags", "tokens": "words", "id": "id"},
            "token_classification",
            {"words": "tokens", "tags": "ner_tags"},
            {},
            "column ner_tags holds a tag for each word",
        ),
        (
            {"id": "id", "Question": "short", "context": "long", "answers": "answers"},
            "question_answering",
            {"question": "Question", "context": "context", "answers": "answers"},
            {},
            "the columns Question, context, answers",
        ),
    ],
)
def test_columns_tell_the_task(
    columns: dict[str, str], task: str, canonical: dict[str, str], options: dict[str, object], seen_by: str
) -> None:
    chosen = _choose(columns)
    assert (chosen.rule.name, chosen.canonical, chosen.options) == (task, canonical, options)
    told = next(finding for finding in chosen.findings if finding.subject == "task")
    assert told.choice == task
    assert re.search(seen_by, told.reason)


@pytest.mark.parametrize(
    ("columns", "task", "canonical", "options"),
    [
        ({"text": "long", "stars": "grade"}, "text_regression", {"text": "text", "score": "stars"}, {}),
        (
            {"text": "long", "a": "flag#1", "b": "flag#2", "group": "class"},
            "multi_label_classification",
            {"text": "text"},
            {"label_columns": ("a", "b")},
        ),
        (
            {"s1": "long", "s2": "long#2"},
            "text_embedding",
            {"text": "s1", "text_pair": "s2"},
            {"monitor": "mrr"},
        ),
        (
            {"s1": "long", "s2": "long#2", "score": "grade"},
            "text_embedding",
            {"text": "s1", "text_pair": "s2", "score": "score"},
            {"positive_score": 3.0},
        ),
        ({"text": "long", "label": "few"}, "masked_lm", {"text": "text"}, {"next_sentence": False}),
    ],
)
def test_the_user_can_name_the_task(
    columns: dict[str, str], task: str, canonical: dict[str, str], options: dict[str, object]
) -> None:
    chosen = _choose(columns, task=task)
    assert (chosen.rule.name, chosen.canonical, chosen.options) == (task, canonical, options)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"a": "long", "b": "long#2", "label": "label"},
            r"2 columns that could be the text: 'a' .*'b' .*--text COLUMN",
        ),
        ({"a": "long", "b": "long#2", "label": "label"}, "--text COLUMN --text-pair COLUMN"),
        (
            {"s1": "long", "s2": "long#2", "t1": "long#3", "t2": "long#4", "label": "few"},
            "2 pairs of texts: 's1' and 's2'; 't1' and 't2'. .*--text COLUMN --text-pair COLUMN",
        ),
        ({"text": "long", "a": "few", "b": "class"}, r"2 columns that could be the label: 'a' .*--label COLUMN"),
        ({"text": "long", "a": "few", "b": "score"}, r"2 columns that could be the label: 'a' .*--label COLUMN"),
        (
            {"text": "long", "p": "flag#1", "q": "flag#2", "r": "flag#4", "s": "class"},
            "p, q, r are one label each: --task multi_label_classification",
        ),
        ({"text": "long"}, "no labels: there is no column beside the text"),
        ({"text": "long", "key": "id"}, "no labels.*'key' holds another token in each row.*--label COLUMN"),
        ({"key": "id", "label": "label"}, r"no column of texts \('key' holds another token.*--text COLUMN"),
    ],
)
def test_a_choice_that_is_the_users_names_the_candidates(columns: dict[str, str], message: str) -> None:
    with pytest.raises(UserError, match=message):
        _choose(columns)


@pytest.mark.parametrize(
    ("columns", "task", "message"),
    [
        ({"text": "long", "label": "few"}, "text_regression", "no column of which each row has a number"),
        ({"text": "long", "label": "few"}, "multi_label_classification", "needs it .*--label COLUMN"),
        ({"text": "long", "label": "few"}, "text_embedding", "pairs of texts; name both: --text COLUMN --text-pair"),
        ({"text": "long", "label": "few"}, "token_classification", "no columns text, entities, words, tags"),
        ({"text": "long", "label": "few"}, "question_answering", "no columns question, context, answers"),
        ({"text": "long", "1": "labels"}, "text_classification", "'1' holds several values a row.*--label COLUMN"),
    ],
)
def test_data_of_another_task_than_the_users_say_so(columns: dict[str, str], task: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        _choose(columns, task=task)


PAIR = {"a": "long", "b": "long#2", "x": "few", "y": "class"}
SCORED = {"s1": "long", "s2": "long#2", "score": "score", "label": "few"}


@pytest.mark.parametrize(
    ("columns", "named", "task", "canonical"),
    [
        (PAIR, {"text": "b", "label": "y"}, "text_classification", {"text": "b", "label": "y"}),
        (
            PAIR,
            {"text": "b", "text_pair": "a", "label": "y"},
            "text_classification",
            {"text": "b", "text_pair": "a", "label": "y"},
        ),
        (PAIR, {"text_pair": "a", "label": "y"}, "text_classification", {"text": "b", "text_pair": "a", "label": "y"}),
        (SCORED, {"text": "s1"}, "text_classification", {"text": "s1", "label": "label"}),
        (SCORED, {"label": "score"}, "text_regression", {"text": "s1", "text_pair": "s2", "score": "score"}),
        (
            {"text": "long", "1": "labels"},
            {"label": "1"},
            "multi_label_classification",
            {"text": "text", "labels": "1"},
        ),
        (
            {"text": "long", "1": "labels"},
            {"label": "1", "task": "text_classification"},
            "text_classification",
            {"text": "text", "label": "1"},
        ),
    ],
)
def test_options_decide(columns: dict[str, str], named: dict[str, str], task: str, canonical: dict[str, str]) -> None:
    chosen = _choose(columns, **named)
    assert (chosen.rule.name, chosen.canonical) == (task, canonical)


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
        _choose({"message": "long", "topic": "class"}, text=text, label=label)


def test_a_label_needs_two_values() -> None:
    rows = [Record(row, None, {"text": _value("long", row), "label": "same"}) for row in range(NUM_ROWS)]
    sample = sample_records(pathlib.Path("data.csv"), rows, ("text", "label"))
    with pytest.raises(UserError, match="has 1 different values"):
        choose_columns(sample, NamedColumns(label="label"))


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ({"label": "id"}, "--label id: the columns of the task token_classification are known; leave it out"),
        ({"text_pair": "text"}, "--text-pair text: the columns of the task"),
    ],
)
def test_a_task_of_its_own_columns_takes_no_others(named: dict[str, str], message: str) -> None:
    columns = {"id": "id", "text": "long", "entities": "spans"}
    with pytest.raises(UserError, match=message):
        _choose(columns, task="token_classification", **named)


def test_pretraining_takes_no_label() -> None:
    with pytest.raises(UserError, match="--label topic: the task masked_lm learns from text alone"):
        _choose({"text": "long", "topic": "few"}, task="masked_lm", label="topic")
