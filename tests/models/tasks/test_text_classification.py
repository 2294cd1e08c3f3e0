from typing import Any

import pytest
import tensorflow as tf

from models.network_inputs import network_inputs
from models.presets import load_vocabulary
from models.tasks.interface.contract import RowError
from models.tasks.text_classification import TextClassification
from models.tokenisation.text_encoder import TextEncoder

TASK = TextClassification()


@pytest.mark.parametrize(
    ("label", "expected"),
    [("a", b"a"), (" a ", b"a"), (0, b"0"), (-3, b"-3"), (True, b"true"), ("été", "été".encode())],
)
def test_labels_are_strings_or_integers(label: Any, expected: bytes) -> None:
    assert TASK.parse_row({"text": "x", "label": label})["label"] == expected


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"label": "a"}, "text is missing"),
        ({"text": None, "label": "a"}, "text is missing"),
        ({"text": " \t\u3000", "label": "a"}, "text is empty"),
        ({"text": 3, "label": "a"}, "text is int"),
        ({"text": "x"}, "label is missing"),
        ({"text": "x", "label": "  "}, "label is empty"),
        ({"text": "x", "label": "a\nb"}, r"label holds a line break or NUL: 'a\\nb'"),
        ({"text": "x", "label": "a\rb"}, "label holds a line break or NUL"),
        ({"text": "x", "label": "a\0b"}, "label holds a line break or NUL"),
        ({"text": "x", "label": 1.0}, "label is float"),
        ({"text": "x", "label": ["a"]}, "label is list"),
    ],
)
def test_unusable_rows_say_why(row: dict[str, Any], reason: str) -> None:
    with pytest.raises(RowError, match=reason):
        TASK.parse_row(row)


def test_equal_texts_have_equal_content_whatever_their_labels() -> None:
    one, two = ({"text": b"x", "label": label} for label in (b"a", b"b"))
    assert TASK.content(one) == TASK.content(two) != TASK.content({"text": b"y", "label": b"a"})


PAIRS = TextClassification(optional_texts=["text_pair"])


def test_both_texts_of_a_pair_are_needed() -> None:
    row = {"text": "a", "text_pair": "b", "label": 1}
    assert PAIRS.parse_row(row) == {"text": b"a", "text_pair": b"b", "label": b"1"}
    with pytest.raises(RowError, match="text_pair is empty"):
        PAIRS.parse_row({**row, "text_pair": " "})
    # A column of that name which the config does not mention is not the task's.
    assert TASK.parse_row(row) == {"text": b"a", "label": b"1"}


def test_pairs_with_one_text_in_common_are_not_the_same() -> None:
    rows = [{"text": b"a", "text_pair": pair} for pair in (b"b", b"c")]
    assert PAIRS.content(rows[0]) != PAIRS.content(rows[1])


def test_pairs_are_told_apart_by_segments(tiny_preset: str) -> None:
    encoder = TextEncoder(load_vocabulary(tiny_preset), sequence_length=10)
    texts = {"text": tf.constant(["good film", "the " * 20]), "text_pair": tf.constant(["bad", "a a"])}
    packed = PAIRS.pack(texts, encoder)
    inputs = network_inputs(packed)
    assert inputs["segment_ids"].numpy().tolist() == [[0, 0, 0, 0, 1, 1, 0, 0, 0, 0], [0] * 7 + [1] * 3]
    assert inputs["padding_mask"].numpy().tolist() == [[1] * 6 + [0] * 4, [1] * 10]
    assert [row.count(encoder.vocabulary.end_id) for row in inputs["token_ids"].numpy().tolist()] == [2, 2]


def test_signatures_of_pairs_take_both_texts() -> None:
    columns = {name: signature.columns for name, signature in PAIRS.signatures().items()}
    assert set(columns) == {"serving_default", "serve_examples", "classify"}
    assert set(columns.values()) == {("text", "text_pair")}
    assert PAIRS.answer_line({"text": "a", "text_pair": "b"}, {"label": "1", "score": 0.5}) == "1\t0.500\ta\tb"
