"""The table of characters in a SentencePiece model: what its normaliser puts in the place of which characters."""

import dataclasses
from collections.abc import Mapping
from typing import Self

import numpy as np

from models.tokenisation.double_array import build_double_array, read_double_array

_SIZE_BYTES = 4
_LONGEST = 6
"""Characters that are looked up together at most; SentencePiece's own tables have 4."""


@dataclasses.dataclass(frozen=True)
class CharacterTable:
    """Texts and what takes their place, where they are the longest that fit; what is not in it stays."""

    replacements: Mapping[str, str]

    @classmethod
    def read(cls, table: bytes) -> Self:
        """Reads a table.

        Args:
            table: The size of a trie (uint32), the trie, and the texts that its values point to, each with a zero byte;
                or nothing, for an empty one.
        """
        if not table:
            return cls({})
        size = int.from_bytes(table[:_SIZE_BYTES], "little")
        trie, pool = table[_SIZE_BYTES : _SIZE_BYTES + size], table[_SIZE_BYTES + size :]
        places = read_double_array(np.frombuffer(trie, "<u4"))
        texts = {start: pool[start : pool.index(0, start)].decode() for start in set(places.values())}
        return cls({key.decode(): texts[start] for key, start in places.items()})

    def written(self) -> bytes:
        """The inverse of `read`."""
        starts: dict[str, int] = {}
        pool = bytearray()
        for text in self.replacements.values():
            if text not in starts:
                starts[text] = len(pool)
                pool += text.encode() + b"\0"
        trie = build_double_array({key.encode(): starts[text] for key, text in self.replacements.items()})
        blob = trie.astype("<u4").tobytes()
        return len(blob).to_bytes(_SIZE_BYTES, "little") + blob + bytes(pool)

    def replaced(self, text: str) -> str:
        """A text as the normaliser leaves it, but for its white space."""
        parts, start = [], 0
        while start < len(text):
            ends = range(min(len(text), start + _LONGEST), start, -1)
            end = next((end for end in ends if text[start:end] in self.replacements), start + 1)
            parts.append(self.replacements.get(text[start:end], text[start:end]))
            start = end
        return "".join(parts)
