"""What an entity is."""

from typing import NamedTuple


class Entity(NamedTuple):
    """A named entity: a run of words of a sentence, or of characters of a text.

    A named tuple and not a dataclass, since it sorts by place, and one is made per entity of a corpus.

    Attributes:
        start: The number of its first word or character, from 0.
        end: The number of the word or character behind its last.
        type: Its type, such as `PER`.
    """

    start: int
    end: int
    type: str


def check_type(value: object) -> str:
    """Returns the name of an entity's type.

    Raises:
        ValueError: It is missing, or no string, or holds white space or a NUL character.
    """
    if value is None or value == "":
        raise ValueError("entity without a type")
    if not isinstance(value, str) or value.split() != [value] or "\0" in value:
        raise ValueError(f"wrong entity type: {value!r} is not a word")
    return value
