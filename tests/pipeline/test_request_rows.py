import pytest

from models.tasks.task import Column
from models.user_error import UserError
from pipeline.request_rows import request_rows

ONE = (Column("text", "text", True, "A text."), Column("label", "label", True, "Its class."))
PAIR = (Column("text", "text", True, "A text."), Column("text_pair", "text", False, "Another."), ONE[1])


def test_one_column_takes_texts_as_they_are() -> None:
    texts = ["a text", '{"text": "b"}', "[1]"]
    assert request_rows(texts, ONE) == [{"text": text} for text in texts]


def test_several_columns_are_read_from_json_objects() -> None:
    rows = request_rows(['{"text_pair": "b", "text": "a"}', '{"text": "ü"}'], PAIR)
    assert rows == [{"text": "a", "text_pair": "b"}, {"text": "ü", "text_pair": ""}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("plain", "text 2: this task reads JSON objects with the strings text, text_pair; this is not JSON"),
        ('["a", "b"]', "this is no object"),
        ('{"text_pair": "b"}', "text is missing"),
        ('{"text": "a", "texts": "b"}', "texts is not one of them"),
        ('{"text": 1}', "text is not a string"),
    ],
)
def test_other_requests_are_the_users_error(text: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        request_rows(['{"text": "a", "text_pair": "b"}', text], PAIR)
