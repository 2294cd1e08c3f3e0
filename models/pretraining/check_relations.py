"""Checks that next-sentence prediction has something to learn from, before hours are spent on it."""

from collections.abc import Iterable

import tensorflow as tf

from models.pretraining.expand_documents import NEXT, RANDOM
from models.user_error import UserError

_WAY_OUT = "or set task_options.next_sentence to false."


def check_relations(blocks: Iterable[tf.Tensor]) -> None:
    """Looks for pairs of both kinds.

    Args:
        blocks: The relations of the train split, string [rows] each.

    Raises:
        UserError: All pairs are of one kind.
    """
    found = set[bytes]()
    for block in blocks:
        found.update(tf.unique(block).y.numpy().tolist())
        if {NEXT, RANDOM} <= found:
            return
    if NEXT not in found:
        raise UserError(
            "no document of the train split has two sentences, so that in no pair the second segment follows the "
            f"first: take whole documents instead of single sentences as rows, {_WAY_OUT}"
        )
    raise UserError(
        "the train split is one document, so that no second segment can be taken from another: put a blank line "
        f"between documents (or one document in each row), {_WAY_OUT}"
    )
