from typing import Any, Literal

import pydantic
import pytest

from pipeline.config_files.finding import Finding, findings


class _Section(pydantic.BaseModel):
    steps: int | Literal["auto"] = "auto"
    weights: Literal["none", "balanced"] | dict[str, float] = "none"


def _findings(values: dict[str, Any]) -> list[Finding]:
    with pytest.raises(pydantic.ValidationError) as caught:
        _Section.model_validate(values)
    return findings(caught.value, values)


@pytest.mark.parametrize(
    ("values", "place", "text", "meant"),
    [
        (
            {"steps": "atuo"},
            ("steps",),
            "must be a whole number, or must be one of auto; did you mean 'auto'? (got 'atuo')",
            "auto",
        ),
        (
            {"weights": 7},
            ("weights",),
            "must be one of none, balanced, or must be a mapping, such as {key: value} (got 7)",
            None,
        ),
    ],
)
def test_what_the_branches_of_a_union_say_of_one_value_is_one_sentence(
    values: dict[str, Any], place: tuple[str, ...], text: str, meant: str | None
) -> None:
    [finding] = _findings(values)
    assert (finding.place, finding.text, finding.meant) == (place, text, meant)


def test_the_branch_of_a_union_is_no_part_of_the_place() -> None:
    found = _findings({"weights": {"a": "x", "b": "y"}})
    assert [finding.place for finding in found] == [("weights",), ("weights", "a"), ("weights", "b")]
    assert found[1].text == "must be a number (got 'x')"
