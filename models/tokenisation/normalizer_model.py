"""The character table with which tensorflow-text's `FastBertNormalize` kernel normalises text as BERT does.

The kernel replaces each UTF-8 sequence by what a trie says. The table that tensorflow-text builds for it folds case
with NFKC, which BERT never did; the one built here is BERT's own. Since the table is part of the graph, no server's
version of ICU or RE2 decides how a text is tokenised.
"""

import itertools
from collections.abc import Iterator

import flatbuffers
import numpy as np
import numpy.typing as npt

from models.tokenisation.bert_characters import bert_text
from models.tokenisation.double_array import build_double_array
from models.tokenisation.vocabulary import Vocabulary

# All that `bert_text` changes: the first planes but for surrogates, tags, private use.
_CODE_POINTS = (range(1, 0xD800), range(0xE000, 0x30000), range(0xE0000, 0xE1000), range(0xF0000, 0x110000))
_IS_CHANGED = 1 << 30
_LENGTH_BITS = 6


def build_normalizer_model(vocabulary: Vocabulary) -> npt.NDArray[np.uint8]:
    """Builds the table for a vocabulary.

    Args:
        vocabulary: Decides between cased and uncased. Ideographs that are no tokens become `[UNK]` at once, which keeps
            the table small.

    Returns:
        A flatbuffer of tensorflow-text's type `FastBertNormalizerModel`, uint8 [num_bytes].
    """
    pool = _StringPool()
    removed = pool.add("")
    values = dict.fromkeys(_ill_formed_sequences(), removed)
    tokens = set(vocabulary.tokens)
    for code in itertools.chain.from_iterable(_CODE_POINTS):
        character = chr(code)
        text = bert_text(character, vocabulary.lowercase)
        word = text.strip()
        if len(word) == 1 and text == f" {word} " and word not in tokens:
            text = " [UNK] "
        if text != character:
            values[character.encode()] = pool.add(text)
    return _to_flatbuffer(vocabulary.lowercase, build_double_array(values), removed, bytes(pool.content))


class _StringPool:
    """The texts that stand for characters, end to end. A value is a text's place and length."""

    def __init__(self) -> None:
        self.content = bytearray()
        self._values: dict[str, int] = {}

    def add(self, text: str) -> int:
        """Returns the value of a text, which is stored once."""
        if text not in self._values:
            encoded = text.encode()
            self._values[text] = _IS_CHANGED | len(self.content) << _LENGTH_BITS | len(encoded)
            self.content.extend(encoded)
        return self._values[text]


def _ill_formed_sequences() -> Iterator[bytes]:
    """What the kernel takes as one character where UTF-8 is broken: a lone byte, or a sequence without its end.

    Decoders put U+FFFD in their place, and BERT removes that.
    """
    for byte in range(0x80, 0x100):
        yield bytes([byte])
    for code in (*range(0x800, 0xD800, 0x40), *range(0xE000, 0x110000, 0x40)):
        encoded = chr(code).encode()
        for length in range(2, len(encoded)):
            yield encoded[:length]


def _to_flatbuffer(
    lowercase: bool, trie: npt.NDArray[np.uint32], null_value: int, pool: bytes
) -> npt.NDArray[np.uint8]:
    builder = flatbuffers.Builder(trie.nbytes + len(pool) + 1024)
    pool_vector = builder.CreateNumpyVector(np.frombuffer(pool, np.uint8))
    trie_vector = builder.CreateNumpyVector(trie)
    builder.StartObject(4)
    builder.PrependBoolSlot(0, lowercase, False)
    builder.PrependUOffsetTRelativeSlot(1, trie_vector, 0)
    builder.PrependInt32Slot(2, null_value, 0)
    builder.PrependUOffsetTRelativeSlot(3, pool_vector, 0)
    builder.Finish(builder.EndObject())
    return np.frombuffer(bytes(builder.Output()), np.uint8)
