"""The tokeniser: strings to WordPiece ids in a TensorFlow graph, equal to the `tokenizers` package's."""

import functools

import numpy as np
import numpy.typing as npt
import tensorflow as tf
import tensorflow_text as tf_text
from tensorflow_text.core.pybinds import pywrap_fast_wordpiece_tokenizer_model_builder as wordpiece_model_builder
from tensorflow_text.python.ops.whitespace_tokenizer import gen_whitespace_tokenizer_v2

from models.tokenisation.normalizer_model import build_normalizer_model
from models.tokenisation.vocabulary import Vocabulary

_MAX_WORD_BYTES = 400
"""100 characters of at most 4 bytes: the kernel's own limit never applies before BERT's, which counts characters."""
_OVERLONG_WORD = "[^ ]{101,}"
_WHITE_SPACE = bytes(4) + b"\x01"
"""One bit a code point, from U+0000: the space alone, which is all the white space that normalised text has."""


class BertTokenizer:
    """Splits texts into the word pieces that BERT was trained with.

    The graph has no resources, assets or look-up tables: it holds its vocabulary as constants, and runs wherever
    TensorFlow and tensorflow-text's kernels are (`tf.data`, Transform, a SavedModel under TensorFlow Serving).
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        # A function of its own, so that all signatures of a SavedModel share one copy of the constants.
        signature = [tf.TensorSpec([None], tf.string)]
        self._tokenize = tf.function(self._build_graph, input_signature=signature, autograph=False)

    def __call__(self, texts: tf.Tensor) -> tf.RaggedTensor:
        """Tokenises a batch.

        Args:
            texts: string [batch], UTF-8. Ill-formed bytes are dropped, as BERT drops the U+FFFD that decoders put in
                their place. `[SEP]` and the like are ordinary text.

        Returns:
            int32 [batch, (num_pieces)], without special tokens other than `[UNK]`.
        """
        return self._tokenize(texts)

    def __reduce__(self) -> tuple[type["BertTokenizer"], tuple[Vocabulary]]:
        # Transform pickles its preprocessing_fn, and what that uses; a traced graph cannot be pickled.
        return BertTokenizer, (self.vocabulary,)

    def _build_graph(self, texts: tf.Tensor) -> tf.RaggedTensor:
        normalizer_model, wordpiece_model = _build_models(self.vocabulary)
        normalizer = tf_text.FastBertNormalizer(model_buffer=tf.constant(normalizer_model))
        wordpiece = tf_text.FastWordpieceTokenizer(model_buffer=tf.constant(wordpiece_model), token_out_type=tf.int32)
        normalized = tf.strings.regex_replace(normalizer.normalize(texts), _OVERLONG_WORD, "[UNK]")
        # The kernel itself: `tf_text.WhitespaceTokenizer` adds a hundred ops that check its row splits.
        words, word_splits, _, _ = gen_whitespace_tokenizer_v2.tf_text_whitespace_tokenize_with_offsets_v2(
            input_values=normalized, input_config=_WHITE_SPACE
        )
        pieces = wordpiece.tokenize(words)
        row_splits = tf.gather(pieces.row_splits, word_splits)
        return tf.RaggedTensor.from_row_splits(pieces.values, row_splits, validate=False)


@functools.lru_cache(maxsize=8)
def _build_models(vocabulary: Vocabulary) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    wordpiece_model = wordpiece_model_builder.build_fast_wordpiece_model(
        list(vocabulary.tokens), _MAX_WORD_BYTES, "##", "[UNK]", True, False
    )
    return build_normalizer_model(vocabulary), np.frombuffer(bytes(wordpiece_model), np.uint8)
