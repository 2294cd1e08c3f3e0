import itertools

import hypothesis
import numpy as np
from hypothesis import strategies as st

from models.tokenisation.double_array import build_double_array

KEYS = st.binary(min_size=1, max_size=5).filter(lambda key: 0 not in key)
ALL_SHORT_KEYS = [bytes(key) for length in (1, 2, 3) for key in itertools.product(range(1, 6), repeat=length)]
VALUES = st.integers(0, 2**31 - 1)


def look_up(units: np.ndarray, key: bytes) -> int | None:
    """Walks the units as tensorflow-text's `DartsCloneTrieWrapper` does."""
    node = 0
    for byte in key:
        child = node ^ offset(units[node]) ^ byte
        if child >= len(units) or int(units[child]) & 0x800000FF != byte:
            return None
        node = child
    if not int(units[node]) >> 8 & 1:
        return None
    return int(units[node ^ offset(units[node])]) & 0x7FFFFFFF


def offset(unit: np.uint32) -> int:
    return int(unit) >> 10 << ((int(unit) & 0x200) >> 6)


@hypothesis.given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=200))
def test_finds_what_was_stored_but_not_its_beginnings(values: dict[bytes, int]) -> None:
    units = build_double_array(values)
    for key in [*values, *(key[:-1] for key in values if len(key) > 1)]:
        assert look_up(units, key) == values.get(key)


@hypothesis.given(st.dictionaries(st.sampled_from(ALL_SHORT_KEYS), VALUES, min_size=1))
def test_finds_nothing_else(values: dict[bytes, int]) -> None:
    units = build_double_array(values)
    assert {key: look_up(units, key) for key in ALL_SHORT_KEYS} == {key: values.get(key) for key in ALL_SHORT_KEYS}


def test_equal_subtrees_are_stored_once() -> None:
    endings = [bytes([a, b]) for a in range(1, 64) for b in range(128, 192)]
    one = build_double_array({b"x" + ending: 7 for ending in endings})
    many = build_double_array({bytes([first]) + ending: 7 for first in range(1, 100) for ending in endings})
    assert len(many) <= len(one) + 512
