"""Fields that are changed in a config's text; all else stays, byte for byte."""

import hypothesis
import hypothesis.strategies as st
import pytest
import yaml

from pipeline.config_files.edited_fields import NotEditableError, scalar, with_fields

BLOCK = """\
# The tickets.
name: tickets   # as it is served
training:
  # Found by hand.
  epochs: 3     # enough
  "learning_rate": '5.0e-5'

  batch_size: 32
# The end of training.
serving:
  directory: serving
"""


def test_values_change_and_comments_stay() -> None:
    edited = with_fields(BLOCK, "training", {"learning_rate": 1.2e-4, "epochs": 4})
    assert edited == BLOCK.replace("epochs: 3 ", "epochs: 4 ").replace("'5.0e-5'", "1.2e-4")


def test_new_fields_follow_the_last_one_of_their_section() -> None:
    edited = with_fields(BLOCK, "training", {"epochs": 4, "freeze": "embeddings", "weight_decay": 0.02})
    lines = "  batch_size: 32\n"
    assert edited == BLOCK.replace("epochs: 3 ", "epochs: 4 ").replace(
        lines, f"{lines}  freeze: embeddings\n  weight_decay: 0.02\n"
    )


def test_a_missing_section_is_added_at_the_end() -> None:
    assert with_fields("name: x\ndata: {path: a.csv} # rows\n\n# the end\n", "training", {"epochs": 2}) == (
        "name: x\ndata: {path: a.csv} # rows\ntraining: {epochs: 2}\n\n# the end\n"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("training: {epochs: 3, batch_size: 32}  # x\n", "training: {freeze: 2, epochs: 4, batch_size: 32}  # x\n"),
        ("training: {}\n", "training: {epochs: 4, freeze: 2}\n"),
        ("training: {\n  epochs: 3,  # few\n}\n", "training: {freeze: 2,\n  epochs: 4,  # few\n}\n"),
        ("training:\nname: x\n", "training: {epochs: 4, freeze: 2}\nname: x\n"),
        ("training:   # nothing yet\nname: x\n", "training: {epochs: 4, freeze: 2}   # nothing yet\nname: x\n"),
        ("training:\n  epochs:\n  batch_size: 1\n", "training:\n  epochs: 4\n  batch_size: 1\n  freeze: 2\n"),
        ("training:\n  epochs: 3", "training:\n  epochs: 4\n  freeze: 2\n"),
        ("name: x", "name: x\ntraining: {epochs: 4, freeze: 2}\n"),
        ("training:\r\n  epochs: 3\r\nname: x\r\n", "training:\r\n  epochs: 4\r\n  freeze: 2\r\nname: x\r\n"),
        (
            "training:\n    epochs: 3\n    class_weights:\n        good: 2.0 # few\n\n# n\nname: x\n",
            "training:\n    epochs: 4\n    class_weights:\n        good: 2.0 # few\n    freeze: 2\n\n# n\nname: x\n",
        ),
    ],
)
def test_forms_of_yaml(text: str, expected: str) -> None:
    edited = with_fields(text, "training", {"epochs": 4, "freeze": 2})
    assert edited == expected
    before = yaml.safe_load(text)
    assert yaml.safe_load(edited) == {
        **before,
        "training": {**(before.get("training") or {}), "epochs": 4, "freeze": 2},
    }


@pytest.mark.parametrize(
    "text",
    [
        "training: &own {epochs: 3}\nother: *own\n",
        "other: &own {epochs: 3}\ntraining: *own\n",
        "a: &three 3\ntraining: {epochs: *three}\n",
        "training: [1, 2]\n",
        "{name: x}\n",
    ],
)
def test_what_is_shared_or_strange_is_refused(text: str) -> None:
    with pytest.raises(NotEditableError):
        with_fields(text, "training", {"epochs": 4})


@hypothesis.given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_written_whole(value: float) -> None:
    assert yaml.safe_load(scalar(value)) == value


def test_small_numbers_are_written_as_people_do() -> None:
    assert [scalar(value) for value in (5e-5, 0.000123, 0.1, 3.0, 16, "none")] == [
        *("5.0e-5", "1.23e-4", "0.1", "3.0", "16", "none"),
    ]
