from typing import Any

import pytest

from components.text_example_gen.column_map import map_columns
from components.text_example_gen.config import DataConfig
from models.tasks.interface.chosen_task import ChosenTask
from models.tasks.interface.contract import RowError
from models.tasks.multi_label_classification import MultiLabelClassification, MultiLabelOptions
from models.user_error import UserError

IN_COLUMNS = MultiLabelClassification(MultiLabelOptions(label_columns=("toxic", "insult")))


@pytest.mark.parametrize(
    ("cell", "labels"),
    [("b, a,b", (b"a", b"b")), ("", ()), (["é", "a", "é"], (b"a", "é".encode())), (7, (b"7",))],
)
def test_labels_are_a_sorted_set(cell: Any, labels: tuple[bytes, ...]) -> None:
    task = MultiLabelClassification()
    features = task.parse_row({"text": "x", "labels": cell})
    assert features == {"text": b"x", "labels": labels}
    assert task.label_values(features) == labels


def test_labels_in_columns_of_their_own() -> None:
    row = {"text": "x", "toxic": "1", "insult": False, "labels": "not looked at"}
    assert IN_COLUMNS.parse_row(row)["labels"] == (b"toxic",)
    assert IN_COLUMNS.parse_row({**row, "toxic": 0})["labels"] == ()
    assert [feature.name for feature in IN_COLUMNS.features()] == ["text", "labels"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"text": " ", "toxic": 1, "insult": 0}, "text is empty"),
        ({"text": "x", "toxic": 1}, "insult is missing"),
        ({"text": "x", "toxic": "maybe", "insult": 0}, "toxic is not 0, 1, true or false: 'maybe'"),
    ],
)
def test_unusable_rows_say_why(row: dict[str, Any], reason: str) -> None:
    with pytest.raises(RowError, match=reason):
        IN_COLUMNS.parse_row(row)


def test_files_need_the_label_columns_in_place_of_labels() -> None:
    columns = map_columns(IN_COLUMNS, DataConfig(path="unused", columns={"toxic": "is_toxic"}), ["labels", "channel"])
    assert columns.required == ("text", "toxic", "insult")
    assert columns.wanted() == ("text", "text_pair", "is_toxic", "insult", "channel")


def test_a_kept_column_cannot_take_the_place_of_the_labels() -> None:
    with pytest.raises(UserError, match=r"`data.extra_columns` has 'labels', a name that is taken"):
        map_columns(IN_COLUMNS, DataConfig(path="unused", extra_columns=("labels",)), ())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"label_columns": ["toxic", "text"]}, "task_options.label_columns: 'text' is a text"),
        ({"label_columns": ["a", "b", "a"]}, "task_options.label_columns: 'a' is there twice"),
        ({"label_columns": [" a"]}, "task_options.label_columns: ' a' is no label"),
        ({"label_columns": [""]}, "task_options.label_columns: '' is no label"),
        ({"thresholds": 1.0}, r"task_options.thresholds: is tuned, or a number between 0 and 1 \(it is 1.0\)"),
        ({"thresholds": "best"}, "task_options.thresholds: is tuned, or a number between 0 and 1"),
        ({"delimiter": ""}, "task_options.delimiter: "),
        ({"separator": ";"}, "task_options: separator is no option of multi_label_classification"),
    ],
)
def test_faulty_options_are_told(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ChosenTask.of("multi_label_classification", options, ())


def test_options_survive_their_way_to_the_components() -> None:
    chosen = ChosenTask.of("multi_label_classification", {"label_columns": ["a", "b"], "thresholds": 0.3}, ())
    task = ChosenTask.from_json(chosen.to_json()).build()
    assert isinstance(task.options, MultiLabelOptions)
    assert (task.options.label_columns, task.options.thresholds) == (("a", "b"), 0.3)


def test_what_fills_an_answer_up_is_not_shown() -> None:
    answer = {"labels": ["b", "a", ""], "label_scores": [0.9, 0.5, 0.0], "scores": [0.5, 0.9]}
    task = MultiLabelClassification()
    assert task.plain_answer(answer) == {"labels": ["b", "a"], "label_scores": [0.9, 0.5], "scores": [0.5, 0.9]}
    assert task.answer_line({"text": "hello"}, answer) == "b, a\t0.900, 0.500\thello"
    assert task.answer_line({"text": "hello"}, {"labels": [""], "label_scores": [0.0]}) == "(none)\t\thello"
