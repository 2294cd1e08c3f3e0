import pytest

from models.user_error import UserError
from pipeline.requests.rows import request_rows
from pipeline.requests.texts import RequestText

ONE = ("text",)
PAIR = ("text", "text_pair")


def _texts(*texts: str) -> list[RequestText]:
    return [RequestText(text, f"x.txt, line {line}", line) for line, text in enumerate(texts, start=1)]


def test_one_column_takes_texts_as_they_are() -> None:
    texts = ["a text", '{"text": "b"}', "[1]"]
    assert request_rows(_texts(*texts), ONE, as_json=False) == [{"text": text} for text in texts]


def test_one_column_takes_json_where_it_is_asked_to() -> None:
    assert request_rows(_texts('{"text": "a\\nb"}', '"c"'), ONE, as_json=True) == [{"text": "a\nb"}, {"text": "c"}]


def test_several_columns_are_read_from_json_objects() -> None:
    rows = request_rows(
        _texts('{"text_pair": "b", "text": "a"}', '{"text": "ü", "text_pair": ""}'), PAIR, as_json=False
    )
    assert rows == [{"text": "a", "text_pair": "b"}, {"text": "ü", "text_pair": ""}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("plain", "x.txt, line 2: this has to be a JSON object with the strings text, text_pair; it is not JSON"),
        ('["a", "b"]', "it is no object"),
        ('"a"', "it is no object"),
        ('{"text_pair": "b"}', "text is missing"),
        ('{"text": "a"}', "text_pair is missing"),
        ('{"text": "a", "texts": "b"}', "texts is not one of them"),
        ('{"text": 1}', "text is not a string"),
        (r'{"text": "a\ud800", "text_pair": "b"}', r"x.txt, line 2: character 2 is no Unicode character: 'a\\ud800'"),
    ],
)
def test_other_requests_are_the_users_error(text: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        request_rows(_texts('{"text": "a", "text_pair": "b"}', text), PAIR, as_json=False)
