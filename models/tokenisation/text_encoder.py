"""From raw texts to what a BERT reads: tokenising and packing in one."""

import tensorflow as tf

from models.tokenisation.bert_tokenizer import BertTokenizer
from models.tokenisation.text_packer import TextPacker
from models.tokenisation.vocabulary import Vocabulary


class TextEncoder:
    """Tokenises one or two texts of each row and packs them between special tokens."""

    def __init__(self, vocabulary: Vocabulary, sequence_length: int) -> None:
        """Builds the graph's constants.

        Args:
            vocabulary: The word pieces.
            sequence_length: Longest row, special tokens included.
        """
        self._tokenizer = BertTokenizer(vocabulary)
        self._packer = TextPacker(vocabulary, sequence_length)

    def encode(self, *texts: tf.Tensor) -> dict[str, tf.RaggedTensor]:
        """Encodes rows.

        Args:
            *texts: One tensor, or two for pairs; each string [batch].

        Returns:
            `token_ids` and, for pairs, `segment_ids`: int32 ragged [batch, (length)].
        """
        packed = self._packer.pack([self._tokenizer(text) for text in texts])
        if len(texts) == 1:
            del packed["segment_ids"]  # all zero: not worth a column in the stored examples
        return packed
