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
        ({"path": "a", "span": "3"}, "of which no path has a placeholder"),
        ({"path": "a", "window": 3}, "of which no path has a placeholder"),
        ({"path": "{SPAN}", "window": 0}, "greater than 0"),
        ({"path": "{SPAN}", "window": "many"}, "valid integer"),
        ({"path": "{SPAN}", "span": True}, "valid string"),
        ({"path": "{SPAN}", "span": 1.5}, "valid string"),
        ({"path": "{SPAN}", "span": "2026-11-20"}, "a span is a whole number"),
        ({"path": "{VERSION}"}, "`path` has `{VERSION}` without"),
        ({"train": "{SPAN}", "eval": "{YYYY}{MM}{DD}"}, "the same kind of span"),
        ({"train": "a", "eval": "b", "test": "{MM}"}, "`test` needs each of"),
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


@pytest.mark.parametrize(
    ("path", "span", "window", "expected"),
    [
        ("{SPAN}", None, 1, (None, 1)),
        # As parameters of a pipeline on Kubeflow come, which know no null, and numbers of one kind only.
        ("{SPAN}", "", 3.0, (None, 3)),
        ("{SPAN}", "12", "3", ("12", 3)),
        ("a.csv", "", 1, (None, 1)),
        # As YAML reads `span: 12`.
        ("{SPAN}", 12, 3, ("12", 3)),
        ("{YYYY}{MM}{DD}", "2026-11-20", 3, ("2026-11-20", 3)),
    ],
)
def test_span_and_window(path: str, span: object, window: object, expected: tuple[str | None, int]) -> None:
    data = DataConfig.model_validate({"path": path, "span": span, "window": window})
    assert (data.span, data.window) == expected
    assert DataConfig.model_validate_json(data.model_dump_json()) == data
