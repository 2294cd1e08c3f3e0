import pytest

from pipeline.guess.row_length import RowLength


@pytest.mark.parametrize(
    ("rule", "texts", "length"),
    [
        (RowLength(), ("a b c",), 5),
        (RowLength(), ("a b c", "d"), 7),
        (RowLength(), ("", ""), 3),
        (RowLength(reads_together=False), ("a b c", "d"), 5),
    ],
)
def test_a_row_is_its_texts_and_special_tokens(rule: RowLength, texts: tuple[str, ...], length: int) -> None:
    assert rule.of_row(texts, lambda text: len(text.split())) == length


@pytest.mark.parametrize(
    ("rule", "lengths", "enough"),
    [
        (RowLength(), [16], 16),
        (RowLength(), [17], 32),
        (RowLength(), [9999], 512),
        (RowLength(least=256, most=384), [20], 256),
        (RowLength(least=256, most=384), [9999], 384),
        (RowLength(least=128, most=128), [300], 128),
    ],
)
def test_length_stays_in_its_bounds(rule: RowLength, lengths: list[int], enough: int) -> None:
    assert rule.enough_for(lengths) == enough
