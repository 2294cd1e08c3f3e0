import pytest
from rich.color import Color, ColorSystem
from rich.style import Style

from pipeline.display.signs import STYLES, signs_for


@pytest.mark.parametrize(
    ("encoding", "locale_encoding", "done"),
    [("utf-8", "UTF-8", "✓"), ("ascii", "UTF-8", "+"), ("utf-8", "ISO-8859-1", "+"), ("utf-8", "no such", "+")],
)
def test_signs_are_those_that_the_terminal_can_show(encoding: str, locale_encoding: str, done: str) -> None:
    signs = signs_for(encoding, locale_encoding)
    assert signs.states["done"] == done
    if done == "+":
        everything = "".join([*signs.states.values(), signs.other, signs.spinner, *signs.bar, signs.ellipsis])
        assert everything.isascii()


def _lightness(color: Color) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    channels = [value / 255 for value in color.get_truecolor()]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("state", STYLES)
def test_colours_stand_out_from_black_and_from_white(state: str) -> None:
    color = Style.parse(STYLES[state]).color
    if color is not None:
        lightness = _lightness(color)
        assert (lightness + 0.05) / 0.05 >= 3.5
        assert 1.05 / (lightness + 0.05) >= 3.5
        assert color.downgrade(ColorSystem.STANDARD).number in (1, 2, 5, 6), "where there are 8 colours"
