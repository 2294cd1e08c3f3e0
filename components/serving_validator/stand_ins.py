"""Texts that say nothing, in place of those of the data."""

import re
from collections.abc import Mapping

_WORD_CHARACTER = re.compile(r"\w")


def stand_ins(texts: Mapping[str, str]) -> dict[str, str]:
    """Texts of the same lengths and with the same gaps, whose letters and digits are all `x`.

    Args:
        texts: By column.
    """
    return {column: _WORD_CHARACTER.sub("x", text) for column, text in texts.items()}
