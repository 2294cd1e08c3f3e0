"""Candidates for near duplicates: texts that agree in a band of MinHash values.

A. Broder, "On the resemblance and containment of documents", 1997; Leskovec, Rajaraman and Ullman, "Mining of Massive
Datasets", section 3.4, for the bands.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from pipeline.inspection.near.shingles import Int64, Shingles, UInt64

NUM_BANDS, BAND_ROWS = 24, 5
"""Of two texts that share a part s of their shingles, 1 - (1 - s^5)^24 are found: 0.9999 at 0.8, 0.5 at 0.5."""

WINDOW = 8
"""Of the texts in one bucket, each is compared with so many that precede it: the work grows as the number of texts."""

_SEED = 20
_CHUNK_SHINGLES = 1 << 20
_MIX = np.uint64(0xBF58476D1CE4E5B9)


def candidate_pairs(columns: Sequence[Shingles]) -> Int64:
    """Returns pairs of rows that may be near duplicates, each once and the lower row first, int64 [pairs, 2].

    Args:
        columns: The shingles of each text column, of the same rows; texts have to be alike in all of them.
    """
    num_rows = len(columns[0].counts)
    found = np.zeros(0, np.int64)
    for keys in _band_keys(columns):
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        for step in range(1, min(WINDOW, num_rows - 1) + 1):
            places = np.flatnonzero(ordered[:-step] == ordered[step:])
            # Rows of equal keys stay in their order, so that the first one is the lower one.
            found = np.union1d(found, order[places] * num_rows + order[places + step])
    return np.stack(np.divmod(found, max(num_rows, 1)), axis=1)


def _band_keys(columns: Sequence[Shingles]) -> Iterator[UInt64]:
    """Yields, band by band, what the values of a row come to: uint64 [rows]."""
    generator = np.random.default_rng(_SEED)
    for _ in range(NUM_BANDS):
        keys = np.zeros(len(columns[0].counts), np.uint64)
        for _ in range(BAND_ROWS):
            factor = generator.integers(1 << 63, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
            term = generator.integers(1 << 63, dtype=np.uint64)
            for shingles in columns:
                keys = (keys ^ _minima(shingles, factor, term)) * _MIX
                keys ^= keys >> np.uint64(32)
        yield keys


def _minima(shingles: Shingles, factor: np.uint64, term: np.uint64) -> UInt64:
    """The least value that a hash function gives to any shingle of each text, uint64 [texts]."""
    minima, first = [], 0
    while first < len(shingles.counts):
        begin = shingles.offsets[first]
        last = int(np.searchsorted(shingles.offsets, begin + _CHUNK_SHINGLES, side="right")) - 1
        last = max(last, first + 1)
        hashes = shingles.hashes[begin : shingles.offsets[last]].astype(np.uint64)
        values = (hashes * factor + term) >> np.uint64(32)
        minima.append(np.minimum.reduceat(values, shingles.offsets[first:last] - begin))
        first = last
    return np.concatenate(minima) if minima else np.zeros(0, np.uint64)
