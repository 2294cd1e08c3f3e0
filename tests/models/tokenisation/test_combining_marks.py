import pytest
import tensorflow as tf

from models.tokenisation.combining_marks import behind_marks


@pytest.mark.parametrize(
    ("text", "end", "expected"),
    [
        ("cafe\u0301 b", 4, 5),
        ("cafe\u0301", 4, 5),
        ("cafe\u0301", 5, 5),
        ("a\u0301\u0323\u0308.", 1, 4),
        ("a \u0301", 1, 1),
        ("a\n\u0301b", 1, 1),
        ("गुरु है", 3, 4),
        ("I ❤\ufe0f it", 3, 4),
        ("今天", 1, 1),
        ("", 0, 0),
        ("a" + "\u0301" * 400, 1, 401),
    ],
)
def test_an_end_moves_behind_marks(text: str, end: int, expected: int) -> None:
    characters = tf.strings.unicode_decode(tf.constant([text, "b\u0301", text]), "UTF-8")
    row = tf.constant([0, 0, 1, 1, 2], tf.int64)
    ends = behind_marks(characters, row, tf.constant([end, 0, 1, 2, end], tf.int64))
    assert ends.numpy().tolist() == [expected, 0, 2, 2, expected]
