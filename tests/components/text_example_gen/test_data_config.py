"""The config section `data`."""

from typing import Any

import pydantic
import pytest

from components.text_example_gen.config import DataConfig


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({}, "give `train` and `eval`"),
        ({"train": "a"}, "give `train` and `eval`"),
        ({"path": "a", "train": "b", "eval": "c"}, "not both"),
        ({"path": "a", "split": {"train": 8}}, "share above zero"),
        ({"path": "a", "split": {"train": 8, "eval": 0}}, "share above zero"),
        ({"path": "a", "split": {"train": 8, "eval": -1}}, "greater than or equal to 0"),
        ({"path": "a", "split": {"train": 8, "eval": 1, "dev": 1}}, "dev"),
        ({"path": "a", "max_rejected_fraction": 1.5}, "less than or equal to 1"),
        ({"path": "a", "quoted": True}, "Extra inputs"),
    ],
)
def test_wrong_config_is_refused(fields: dict[str, Any], rule: str) -> None:
    with pytest.raises(pydantic.ValidationError, match=rule):
        DataConfig.model_validate(fields)


def test_numbers_of_columns_may_be_integers() -> None:
    data = DataConfig.model_validate({"path": "a", "columns": {"text": 0, "label": 1}, "extra_columns": [2]})
    assert data.columns == {"text": "0", "label": "1"}
    assert data.extra_columns == ("2",)


def test_requested_splits() -> None:
    assert DataConfig(path="a").requested_splits() == ("train", "eval", "test")
    assert DataConfig(path="a", split={"eval": 1, "train": 1, "test": 0}).requested_splits() == ("train", "eval")
    assert DataConfig(train="a", eval="b").requested_splits() == ("train", "eval")
    assert DataConfig(train="a", eval="b", test="c").requested_splits() == ("train", "eval", "test")
