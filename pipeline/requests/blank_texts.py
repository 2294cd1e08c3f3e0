"""Blank texts among those that are asked about: they are left out, and counted."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.requests.texts import RequestText


class BlankTexts:
    """Leaves out blank texts.

    Attributes:
        num_blank: How many there were so far.
    """

    def __init__(self) -> None:
        """Begins to count."""
        self.num_blank = 0
        self._first = ""

    def left_out(self, chunks: "Iterator[list[RequestText]]") -> "Iterator[list[RequestText]]":
        """The same chunks without blank texts; chunks that hold no others are left out, too."""
        for chunk in chunks:
            kept = [text for text in chunk if text.text.strip()]
            if len(kept) < len(chunk):
                self._first = self._first or next(text.place for text in chunk if not text.text.strip())
            self.num_blank += len(chunk) - len(kept)
            if kept:
                yield kept

    def describe(self) -> str:
        """How many blank texts there were and where, in words."""
        if self.num_blank == 1:
            return f"1 blank text was left out: {self._first}"
        return f"{self.num_blank} blank texts were left out, the first is {self._first}"
