import pytest

from models.tasks.interface.registry import task_named
from pipeline.requests.answer_lines import AnswerLines

TASK = task_named("text_classification")


def _lines(width: int | None, *answers: tuple[str, float, str]) -> list[str]:
    rows = [{"text": text} for _, _, text in answers]
    return AnswerLines(TASK, width).lines(rows, [{"label": label, "score": score} for label, score, _ in answers])


def test_columns_are_aligned_and_the_text_is_shortened_to_the_terminal() -> None:
    assert _lines(36, ("refund", 0.5, "a short text"), ("comp.sys", 0.987, "a text that is too long")) == [
        "refund    0.500  a short text",
        "comp.sys  0.987  a text that is too…",
    ]


def test_wide_characters_take_two_cells() -> None:
    assert _lines(20, ("退款", 0.5, "商品坏了我要退款"), ("a", 0.5, "abcdefghij")) == [
        "退款  0.500  商品坏…",
        "a     0.500  abcdef…",
    ]


def test_a_long_label_leaves_room() -> None:
    [line] = _lines(30, ("x" * 100, 0.5, "a text"))
    assert line == f"{'x' * 14}…  0.500  a text"


def test_columns_never_shrink() -> None:
    lines = AnswerLines(TASK, 40)
    texts = [{"text": "t"}]
    lines.lines(texts, [{"label": "longer", "score": 0.5}])
    assert lines.lines(texts, [{"label": "x", "score": 0.5}]) == ["x       0.500  t"]


@pytest.mark.parametrize(
    ("width", "line"), [(None, "a b\t0.500\tc  d e f"), (40, "a b  0.500  c  d e f"), (10, "a b  0.50…")]
)
def test_no_control_character_reaches_the_terminal(width: int | None, line: str) -> None:
    assert _lines(width, ("a\tb", 0.5, "c\x1b\x9bd\u2028e\nf")) == [line]
