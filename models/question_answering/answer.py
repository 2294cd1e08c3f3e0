"""An answer as a place in its context, and the form in which examples hold it."""

from typing import NamedTuple


class Answer(NamedTuple):
    """A part of a context.

    Attributes:
        start: Where it begins, in characters (Unicode code points).
        text: What stands there.
    """

    start: int
    text: str

    def to_bytes(self) -> bytes:
        """The start in digits, a space and the text."""
        return f"{self.start} {self.text}".encode()

    @classmethod
    def from_bytes(cls, value: bytes) -> "Answer":
        """The inverse of `to_bytes`."""
        start, _, text = value.decode().partition(" ")
        return cls(int(start), text)
