from typing import Any

import pytest

from models.tasks.interface.chosen_task import ChosenTask


def test_options_at_their_defaults_are_written_out() -> None:
    plain = ChosenTask.of("question_answering", {}, ["context"])
    assert plain.options["overlap"] == 128
    assert plain == ChosenTask.of("question_answering", {"overlap": 128}, [])
    assert plain.to_json() != ChosenTask.of("question_answering", {"overlap": 64}, []).to_json()


def test_it_travels_as_json() -> None:
    chosen = ChosenTask.of("text_classification", {}, {"text_pair": "b", "label": "c"})
    assert chosen.optional_texts == ("text_pair",)
    assert ChosenTask.from_json(chosen.to_json()) == chosen
    assert chosen.build().text_columns() == ("text", "text_pair")


def test_an_optional_text_is_part_of_a_task_where_columns_name_it() -> None:
    assert ChosenTask.of("text_classification", {}, {"text": "a"}).build().text_columns() == ("text",)


@pytest.mark.parametrize(
    ("task", "options", "message"),
    [
        ("text_classification", {"overlap": 1}, "task_options: text_classification has no options; leave it out"),
        (
            "question_answering",
            {"overlaps": 1},
            "task_options: overlaps is no option of question_answering, which has ",
        ),
        ("question_answering", {"overlap": -1}, r"task_options\.overlap: .* \(it is -1\)"),
        ("question_answer", {}, "did you mean 'question_answering'"),
    ],
)
def test_a_wrong_choice_is_told(task: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ChosenTask.of(task, options, ())
