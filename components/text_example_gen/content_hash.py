"""Hashes of a row's content; the same on every machine and in every version of Python.

Contents that differ in white space only count as equal: BERT's tokeniser gives them the same tokens, and copies of a
data set often differ in no more than a space at the end.
"""

import hashlib
from collections.abc import Mapping

from components.text_example_gen.config import SPLITS, SplitName


def content_digest(content: bytes) -> bytes:
    """Returns 16 bytes that stand for a row's content where splits are compared.

    Args:
        content: What `Task.content` gives.
    """
    return hashlib.blake2b(_normalized(content), digest_size=16, person=b"leak").digest()


def split_by_hash(content: bytes, shares: Mapping[SplitName, int]) -> SplitName:
    """Returns the split into which a row falls by its content, so that equal contents fall into the same.

    Args:
        content: What `Task.content` gives.
        shares: The share of each split; one at least is above zero.
    """
    digest = hashlib.blake2b(_normalized(content), digest_size=8, person=b"split").digest()
    place = int.from_bytes(digest, "big") % sum(shares.values())
    for name in SPLITS:
        place -= shares.get(name, 0)
        if place < 0:
            break
    return name


def _normalized(content: bytes) -> bytes:
    return b" ".join(content.split())
