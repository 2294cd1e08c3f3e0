"""The tokeniser: strings to WordPiece ids in a TensorFlow graph, equal to the `tokenizers` package's."""

import functools

import numpy as np
import numpy.typing as npt
import tensorflow as tf
import tensorflow_text as tf_text
from tensorflow_text.core.pybinds import pywrap_fast_wordpiece_tokenizer_model_builder as wordpiece_model_builder
from tensorflow_text.python.ops.whitespace_tokenizer import gen_whitespace_tokenizer_v2

from models.tokenisation.normalizer_model import build_normalizer_model
from models.tokenisation.piece_offsets import Pieces, character_index
from models.tokenisation.row_ids import row_ids
from models.tokenisation.vocabulary import Vocabulary

_MAX_WORD_BYTES = 400
"""100 characters of at most 4 bytes: the kernel's own limit never applies before BERT's, which counts characters."""
_MAX_WORD_CHARACTERS = 100
_OVERLONG_WORD = f"[^ ]{{{_MAX_WORD_CHARACTERS + 1},}}"
_WHITE_SPACE = bytes(4) + b"\x01"
"""One bit a code point, from U+0000: the space alone, which is all the white space that normalised text has."""


class BertTokenizer:
    """Splits texts into the word pieces that BERT was trained with.

    The graph has no resources, assets or look-up tables: it holds its vocabulary as constants, and runs wherever
    TensorFlow and tensorflow-text's kernels are (`tf.data`, Transform, a SavedModel under TensorFlow Serving).
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        # Functions of their own, so that all signatures of a SavedModel that call one share its copy of the constants.
        signature = [tf.TensorSpec([None], tf.string)]
        self._tokenize = tf.function(self._build_graph, input_signature=signature, autograph=False)
        self._locate = tf.function(self._build_offset_graph, input_signature=signature, autograph=False)

    def __call__(self, texts: tf.Tensor) -> tf.RaggedTensor:
        """Tokenises a batch.

        Args:
            texts: string [batch], UTF-8. Ill-formed bytes are dropped, as BERT drops the U+FFFD that decoders put in
                their place. `[SEP]` and the like are ordinary text.

        Returns:
            int32 [batch, (num_pieces)], without special tokens other than `[UNK]`.
        """
        return self._tokenize(texts)

    def tokenize_with_offsets(self, texts: tf.Tensor) -> Pieces:
        """Tokenises a batch, and tells where each piece lies in its text.

        Args:
            texts: string [batch], UTF-8.

        Returns:
            The pieces that a call gives, with offsets in characters.
        """
        row_splits, ids, *others = self._locate(texts)
        pieces = tf.RaggedTensor.from_row_splits(ids, row_splits, validate=False)
        return Pieces(pieces, *(pieces.with_values(each) for each in others))

    def __reduce__(self) -> tuple[type["BertTokenizer"], tuple[Vocabulary]]:
        # Transform pickles its preprocessing_fn, and what that uses; a traced graph cannot be pickled.
        return BertTokenizer, (self.vocabulary,)

    def _build_graph(self, texts: tf.Tensor) -> tf.RaggedTensor:
        normalizer, wordpiece = _build_kernels(self.vocabulary)
        normalized = tf.strings.regex_replace(normalizer.normalize(texts), _OVERLONG_WORD, "[UNK]")
        words, word_splits, _, _ = _split_words(normalized)
        pieces = wordpiece.tokenize(words)
        row_splits = tf.gather(pieces.row_splits, word_splits)
        return tf.RaggedTensor.from_row_splits(pieces.values, row_splits, validate=False)

    def _build_offset_graph(self, texts: tf.Tensor) -> tuple[tf.Tensor, ...]:
        normalizer, wordpiece = _build_kernels(self.vocabulary)
        normalized, sources = normalizer.normalize_with_offsets(texts)
        words, word_splits, word_starts, word_ends = _split_words(normalized)
        is_overlong = tf.strings.length(words, "UTF8_CHAR") > _MAX_WORD_CHARACTERS
        ids, starts, ends = wordpiece.tokenize_with_offsets(tf.where(is_overlong, "[UNK]", words))
        word = row_ids(ids.row_splits)
        row = tf.gather(row_ids(word_splits), word)
        # Where each piece's first and last byte lie in `sources.values`, which leads from normalised to raw bytes.
        first = tf.gather(sources.row_splits, row) + tf.cast(tf.gather(word_starts, word), tf.int64)
        word_size = tf.cast(tf.gather(word_ends - word_starts, word), tf.int64)
        size = tf.where(tf.gather(is_overlong, word), word_size, ends.values)
        index = tf.concat([first + starts.values, first + size - 1], axis=0)
        characters = character_index(texts, tf.tile(row, [2]), tf.gather(sources.values, index))
        begin, last = tf.split(characters, 2)
        begins_word = tf.cast(starts.values == 0, tf.int32)
        return tf.gather(ids.row_splits, word_splits), ids.values, begin, last + 1, begins_word


def _build_kernels(vocabulary: Vocabulary) -> tuple[tf_text.FastBertNormalizer, tf_text.FastWordpieceTokenizer]:
    normalizer_model, wordpiece_model = _build_models(vocabulary)
    normalizer = tf_text.FastBertNormalizer(model_buffer=tf.constant(normalizer_model))
    wordpiece = tf_text.FastWordpieceTokenizer(model_buffer=tf.constant(wordpiece_model), token_out_type=tf.int32)
    return normalizer, wordpiece


def _split_words(normalized: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]:
    """The words of all texts, their row splits, and where each begins and ends, in bytes of its text."""
    # The kernel itself: `tf_text.WhitespaceTokenizer` adds a hundred ops that check its row splits.
    words, splits, starts, ends = gen_whitespace_tokenizer_v2.tf_text_whitespace_tokenize_with_offsets_v2(
        input_values=normalized, input_config=_WHITE_SPACE
    )
    return words, splits, starts, ends


@functools.lru_cache(maxsize=8)
def _build_models(vocabulary: Vocabulary) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    wordpiece_model = wordpiece_model_builder.build_fast_wordpiece_model(
        list(vocabulary.tokens), _MAX_WORD_BYTES, "##", "[UNK]", True, False
    )
    return build_normalizer_model(vocabulary), np.frombuffer(bytes(wordpiece_model), np.uint8)
