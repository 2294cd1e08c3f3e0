"""From raw texts to what a BERT reads: tokenising and packing in one."""

import tensorflow as tf

from models.tokenisation.bert_tokenizer import BertTokenizer
from models.tokenisation.piece_offsets import Pieces
from models.tokenisation.text_packer import TextPacker
from models.tokenisation.vocabulary import Vocabulary


class TextEncoder:
    """Tokenises one or two texts of each row and packs them between special tokens.

    Attributes:
        vocabulary: The word pieces.
        sequence_length: Longest row, special tokens included.
    """

    def __init__(self, vocabulary: Vocabulary, sequence_length: int) -> None:
        """Builds the graph's constants.

        Args:
            vocabulary: The word pieces.
            sequence_length: Longest row, special tokens included.
        """
        self.vocabulary = vocabulary
        self.sequence_length = sequence_length
        self._tokenizer = BertTokenizer(vocabulary)
        self._packer = TextPacker(vocabulary, sequence_length)

    def encode(self, *texts: tf.Tensor) -> dict[str, tf.RaggedTensor]:
        """Encodes rows.

        Args:
            *texts: One tensor, or two for pairs; each string [batch].

        Returns:
            `token_ids` and, for pairs, `segment_ids`: int32 ragged [batch, (length)].
        """
        return self.pack(*(self.tokenize(text) for text in texts))

    def tokenize(self, texts: tf.Tensor) -> tf.RaggedTensor:
        """Tokenises string [batch] to int32 [batch, (num_pieces)], at any length and without `[CLS]` and `[SEP]`."""
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
