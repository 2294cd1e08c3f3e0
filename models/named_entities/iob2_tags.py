"""The tags that a network learns, in the scheme IOB2: for T entity types 2 T + 1 of them, known by their numbers."""

from collections.abc import Sequence

OUTSIDE, BEGIN, INSIDE = "O", "B-", "I-"


def iob2_tags(types: Sequence[str]) -> tuple[str, ...]:
    """The tags in the order of the network's outputs: `O`, then `B-` and `I-` of each type.

    So `(tag - 1) // 2` is the number of a tag's type, -1 for `O`, and odd tags begin an entity.
    """
    return (OUTSIDE, *(prefix + name for name in types for prefix in (BEGIN, INSIDE)))
