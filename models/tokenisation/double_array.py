"""Double-array tries in the form of the darts-clone library, which tensorflow-text's kernels walk.

The units are those of https://github.com/s-yata/darts-clone (`DoubleArrayUnit`): the child of node `n` under byte `b`
is the unit `n ^ offset(n) ^ b`, which must carry the label `b`; the value of `n` is the unit under label 0.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

_HAS_VALUE = 1 << 8
_IS_FAR = 1 << 9
_IS_VALUE = 1 << 31
_OFFSET_SHIFT = 10
_MAX_OFFSET = 1 << 21
_BLOCK = 256
_NUM_SEARCHED_BLOCKS = 4
_BYTES = [bytes([byte]) for byte in range(256)]

_Tree = dict[int, Any]
"""Byte -> subtree; the key 0 holds the value of the byte string that ends here."""


def build_double_array(values: Mapping[bytes, int]) -> npt.NDArray[np.uint32]:
    """Builds the trie of some byte strings. Equal subtrees are stored once.

    Args:
        values: The keys, not empty and without zero bytes, and their values of 31 bits.

    Returns:
        The units, uint32 [num_units].

    Raises:
        ValueError: The trie has more units than offsets can reach.
    """
    tree: _Tree = {}
    for key, value in values.items():
        node = tree
        for byte in key:
            if byte not in node:
                node[byte] = {}
            node = node[byte]
        node[0] = value
    array = _DoubleArray()
    array.units[0] = array.base_of(tree) << _OFFSET_SHIFT | _HAS_VALUE * (0 in tree)
    return np.array(array.units, np.uint32)


def read_double_array(units: npt.NDArray[np.uint32]) -> dict[bytes, int]:
    """The inverse of `build_double_array`: the byte strings of a trie and their values, short ones first."""
    values: dict[bytes, int] = {}
    labels = np.arange(1, 256, dtype=np.uint32)
    nodes, prefixes = np.zeros(1, np.uint32), [b""]
    while len(nodes):
        content = units[nodes]
        # A far offset counts in units of 256.
        bases = nodes ^ (content >> _OFFSET_SHIFT) << np.where(content & _IS_FAR, 8, 0).astype(np.uint32)
        ends = np.flatnonzero(content & _HAS_VALUE)
        found = units[bases[ends]] & ~np.uint32(_IS_VALUE)
        values |= zip((prefixes[end] for end in ends.tolist()), found.tolist(), strict=True)
        children = np.minimum(bases[:, np.newaxis] ^ labels, len(units) - 1)
        parents, columns = np.nonzero(units[children] & (_IS_VALUE | 0xFF) == labels)
        nodes = children[parents, columns]
        prefixes = [
            prefixes[parent] + _BYTES[column + 1]
            for parent, column in zip(parents.tolist(), columns.tolist(), strict=True)
        ]
    return values


class _DoubleArray:
    """The units placed so far. A node's children lie at `base ^ byte`; no two different nodes share a base."""

    def __init__(self) -> None:
        self.units = [0] * _BLOCK
        self._is_free = bytearray([0] + [1] * (_BLOCK - 1))
        self._bases: dict[tuple[tuple[int, int], ...], int] = {}
        self._contents_of_leaves: dict[int, int] = {}
        self._used_bases: set[int] = set()

    def base_of(self, tree: _Tree) -> int:
        """Places the children of a node, deepest first, unless an equal node has been placed already."""
        children = tuple((byte, self._content(byte, tree[byte])) for byte in sorted(tree))
        if children not in self._bases:
            self._bases[children] = self._place(children)
        return self._bases[children]

    def _content(self, byte: int, child: Any) -> int:
        if byte == 0:
            return int(child)
        # Most nodes are leaves, of few different values.
        is_leaf = len(child) == 1 and 0 in child
        if is_leaf and child[0] in self._contents_of_leaves:
            return self._contents_of_leaves[child[0]]
        content = self.base_of(child) << 1 | (0 in child)
        if is_leaf:
            self._contents_of_leaves[child[0]] = content
        return content

    def _place(self, children: tuple[tuple[int, int], ...]) -> int:
        base = self._find_base([byte for byte, _ in children])
        self._used_bases.add(base)
        for byte, content in children:
            index = base ^ byte
            self._is_free[index] = 0
            if byte == 0:
                self.units[index] = content | _IS_VALUE
                continue
            offset = (content >> 1) ^ index
            if offset >= _MAX_OFFSET:
                raise ValueError(f"the trie needs more than {_MAX_OFFSET} units")
            self.units[index] = offset << _OFFSET_SHIFT | _HAS_VALUE * (content & 1) | byte
        return base

    def _find_base(self, labels: list[int]) -> int:
        # Older blocks are nearly full: to search them for every node costs more time than their gaps cost memory.
        index = self._is_free.find(1, max(0, len(self.units) - _NUM_SEARCHED_BLOCKS * _BLOCK))
        while index >= 0:
            base = index ^ labels[0]
            if base not in self._used_bases and all(self._is_free[base ^ label] for label in labels):
                return base
            index = self._is_free.find(1, index + 1)
        start = len(self.units)
        self.units.extend([0] * _BLOCK)
        self._is_free.extend([1] * _BLOCK)
        return start
