"""Near duplicates: rows whose texts share most of their shingles."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipeline.inspection.near.min_hash import candidate_pairs
from pipeline.inspection.near.shingles import Int64, Shingles

THRESHOLD = 0.8
"""Jaccard similarity from which on texts are nearly equal: a word of a sentence of twenty may differ."""

_CHUNK_SHINGLES = 1 << 22

Float64 = npt.NDArray[np.float64]


class NearPair(NamedTuple):
    """Two rows by their numbers, the lower one first, and their similarity."""

    first: int
    second: int
    similarity: float


def near_pairs(rows: Sequence[Sequence[str]]) -> list[NearPair]:
    """Returns pairs of rows whose texts are nearly equal, the most similar first.

    Rows that are all alike are not paired each with each: every one is with some of the others.

    Args:
        rows: The texts of each row, the same number of them in all rows; no two rows are equal.
    """
    if len(rows) < 2:
        return []
    columns = [Shingles.of_texts(texts) for texts in zip(*rows, strict=True)]
    pairs = candidate_pairs(columns)
    # Two questions on one page share much text, and are no duplicates: all texts have to be alike.
    similarities = np.min([jaccard(pairs, shingles) for shingles in columns], axis=0)
    is_near = similarities >= THRESHOLD
    pairs, similarities = pairs[is_near], similarities[is_near]
    order = np.lexsort((pairs[:, 1], pairs[:, 0], -similarities))
    found = zip(pairs[order].tolist(), similarities[order].tolist(), strict=True)
    return [NearPair(first, second, similarity) for (first, second), similarity in found]


def groups_of(num_rows: int, pairs: Sequence[NearPair]) -> Int64:
    """The number of the group of each row, where what is paired is in one group, int64 [rows]."""
    firsts, seconds = [pair.first for pair in pairs], [pair.second for pair in pairs]
    links = coo_array((np.ones(len(pairs)), (firsts, seconds)), shape=(num_rows, num_rows))
    return connected_components(links, directed=False)[1].astype(np.int64)


def jaccard(pairs: Int64, shingles: Shingles) -> Float64:
    """The shared part of all shingles of two texts, float64 [pairs].

    Args:
        pairs: Numbers of texts, [pairs, 2].
        shingles: The texts'.
    """
    sizes = shingles.counts[pairs]
    ends = np.cumsum(sizes.sum(axis=1))
    shared, first = np.zeros(len(pairs), np.int64), 0
    while first < len(pairs):
        before = ends[first - 1] if first else 0
        last = max(int(np.searchsorted(ends, before + _CHUNK_SHINGLES, side="right")), first + 1)
        shared[first:last] = _num_shared(pairs[first:last], shingles)
        first = last
    return shared / np.maximum(sizes.sum(axis=1) - shared, 1)


def _num_shared(pairs: Int64, shingles: Shingles) -> Int64:
    # Each text's hashes are all different: one that is there twice within a pair is in both of its texts.
    keys = np.sort(np.concatenate([_keys(pairs[:, side], shingles) for side in (0, 1)]))
    twice = keys[1:][keys[1:] == keys[:-1]]
    return np.bincount((twice >> np.uint64(32)).astype(np.int64), minlength=len(pairs))


def _keys(texts: Int64, shingles: Shingles) -> npt.NDArray[np.uint64]:
    """The hashes of some texts, each under the number of its place among them."""
    counts = shingles.counts[texts]
    places = np.repeat(np.arange(len(texts)), counts)
    # From the beginning of each text on: 0, 1, 2, …
    within = np.arange(len(places)) - np.repeat(np.cumsum(counts) - counts, counts)
    hashes = shingles.hashes[shingles.offsets[texts][places] + within]
    return (places.astype(np.uint64) << np.uint64(32)) | hashes.astype(np.uint64)
