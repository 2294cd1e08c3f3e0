"""One thing that is wrong with a config file."""

import dataclasses

Place = tuple[int | str, ...]
"""The way to a value in the config: names of fields, and numbers of list items, counted from 0."""


@dataclasses.dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong with a config file.

    Attributes:
        line: Where it is, counted from 1.
        place: The way to the value; empty for the config as a whole.
        text: What is wrong, and the way out.
    """

    line: int
    place: Place
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {'.'.join(map(str, self.place)) or 'config'}: {self.text}"
