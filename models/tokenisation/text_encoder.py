"""From raw texts to what a BERT reads: tokenising and packing in one."""

import tensorflow as tf

from models.tokenisation.piece_offsets import Pieces
from models.tokenisation.piece_vocabulary import PieceVocabulary
from models.tokenisation.text_packer import TextPacker


class TextEncoder:
    """Tokenises one or two texts of each row and packs them between special tokens.

    Attributes:
        vocabulary: The pieces.
        sequence_length: Longest row, special tokens included.
    """

    def __init__(self, vocabulary: PieceVocabulary, sequence_length: int) -> None:
        """Builds the graph's constants.

        Args:
            vocabulary: The pieces.
            sequence_length: Longest row, special tokens included.
        """
        self.vocabulary = vocabulary
        self.sequence_length = sequence_length
        self._tokenizer = vocabulary.build_tokenizer()
        self._packer = TextPacker(vocabulary, sequence_length)

    def num_special_tokens(self, num_texts: int) -> int:
        """How many ids of a packed row are no pieces of its texts."""
        return self._packer.num_special_tokens(num_texts)

    def encode(self, *texts: tf.Tensor) -> dict[str, tf.RaggedTensor]:
        """Encodes rows.

        Args:
            *texts: One tensor, or two for pairs; each string [batch].

        Returns:
            `token_ids` and, for pairs, `segment_ids`: int32 ragged [batch, (length)].
        """
        return self.pack(*(self.tokenize(text) for text in texts))

    def tokenize(self, texts: tf.Tensor) -> tf.RaggedTensor:
        """Tokenises string [batch] to int32 [batch, (num_pieces)], at any length and without special tokens."""
        return self._tokenizer(texts)

    def tokenize_with_offsets(self, texts: tf.Tensor) -> Pieces:
        """Tokenises string [batch] likewise, and tells where the pieces lie in the texts."""
        return self._tokenizer.tokenize_with_offsets(texts)

    def pack(self, *segments: tf.RaggedTensor) -> dict[str, tf.RaggedTensor]:
        """Packs tokenised rows.

        Args:
            *segments: One, or two for pairs; each int32 [batch, (num_pieces)].

        Returns:
            What `encode` returns. What is too long is cut at its end, as `TextPacker` tells.
        """
        packed = self._packer.pack(segments)
        if len(segments) == 1:
            del packed["segment_ids"]  # all zero: not worth a column in the stored examples
        return packed
