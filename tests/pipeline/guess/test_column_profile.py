from typing import Any

import pytest

from pipeline.guess.column_profile import profile_column

TEXTS = [f"this is text number {index} of some" for index in range(100)]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (TEXTS, "text"),
        ([f"这个宾馆比较陈旧了{index}" for index in range(100)], "text"),
        ([f"a text of many words that is there more than once {value % 20}" for value in range(100)], "text"),
        (["good", "bad"] * 50, "category"),
        ([0, 1, 2, 3] * 25, "category"),
        ([True, False] * 50, "category"),
        (["1.0", "2.5"] * 50, "category"),
        (["Arts, Crafts & Sewing", "Books"] * 50, "category"),
        ([f"{value / 7:.3f}" for value in range(100)], "number"),
        ([str(value % 30 / 4) for value in range(300)], "number"),
        ([str(value % 40) for value in range(100)], "number"),
        ([str(value) for value in range(100)], "id"),
        ([f"ed{value:04x}q" for value in range(100)], "id"),
        (["Marie Curie", "Ada"] + [f"name {value}" for value in range(98)], "words"),
        (["same"] * 100, "constant"),
        (["", None, " "] * 30, "empty"),
        (["1", "2", "3", "1,2", "2,3", "1,3", "1,2,3"] * 20, "labels"),
        (["joy", "anger", "joy|anger", "fear", "fear|joy"] * 20, "labels"),
        ([[1], [1, 2]] * 50, "labels"),
        ([{"a": 1}] * 50, "other"),
        ([b"\xff"] * 50, "other"),
        ([], "empty"),
    ],
)
def test_kind_is_seen_by_the_values(values: list[Any], kind: str) -> None:
    assert profile_column("column", values).kind == kind


def test_shown_values_are_the_commonest_in_the_order_of_labels() -> None:
    profile = profile_column("column", ["10"] * 5 + ["9"] * 6 + ["1"] * 4 + ["a\nb" * 20] * 40)
    assert profile.shown_values(2).startswith("9, a ba b")
    assert "\n" not in profile.shown_values()
    assert profile_column("column", ["10", "9"] * 50).shown_values() == "9, 10"
