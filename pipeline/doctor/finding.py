"""What a check found."""

import dataclasses
from typing import Literal

State = Literal["ok", "warning", "problem"]


@dataclasses.dataclass(frozen=True)
class Finding:
    """What a check found.

    Attributes:
        state: `warning` may stay as it is; a `problem` makes runs fail.
        text: What is there, or what is wrong.
        way_out: What to do; empty where there is nothing to do.
    """

    state: State
    text: str
    way_out: str = ""

    def __str__(self) -> str:
        return f"{self.text}: {self.way_out}" if self.way_out else self.text
