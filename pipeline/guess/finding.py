"""What was guessed, and why."""

from typing import NamedTuple


class Finding(NamedTuple):
    """One guess, as a person reads it.

    Attributes:
        subject: What it is about, one word.
        choice: What was guessed.
        reason: What it was seen by.
    """

    subject: str
    choice: str
    reason: str
