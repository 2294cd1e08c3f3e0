"""The tokeniser: strings to SentencePiece ids in a TensorFlow graph."""

import hashlib

import tensorflow as tf
from tensorflow_text.python.ops.sentencepiece_tokenizer import gen_sentencepiece_tokenizer as kernels

from models.tokenisation.piece_offsets import Pieces
from models.tokenisation.sentence_pieces import SentencePieces
from models.tokenisation.spans_of_pieces import spans_of_pieces

_NO_SAMPLING = {"nbest_size": 0, "alpha": 1.0, "add_bos": False, "add_eos": False, "reverse": False}


class SentencePieceTokenizer:
    """Splits texts into the pieces of a SentencePiece model.

    The model is an attribute of an op in the graph. There are no assets and nothing to initialise, unlike with
    `tf_text.SentencepieceTokenizer`, whose resource has to be tracked by whatever exports it; so the graph runs
    wherever TensorFlow and tensorflow-text's kernels are (`tf.data`, Transform, a SavedModel under TensorFlow Serving).
    """

    def __init__(self, pieces: SentencePieces) -> None:
        self._pieces = pieces
        # Functions of their own, so that all signatures of a SavedModel that call one share its copy of the model.
        signature = [tf.TensorSpec([None], tf.string)]
        self._tokenize = tf.function(self._build_graph, input_signature=signature, autograph=False)
        self._locate = tf.function(self._build_offset_graph, input_signature=signature, autograph=False)

    def __call__(self, texts: tf.Tensor) -> tf.RaggedTensor:
        """Tokenises a batch.

        Args:
            texts: string [batch], UTF-8. Ill-formed bytes are unknown pieces. `[SEP]`, `</s>` and the like are ordinary
                text, unless the model has them as symbols of its own.

        Returns:
            int32 [batch, (num_pieces)], without special tokens other than the unknown one.
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

    def __reduce__(self) -> tuple[type["SentencePieceTokenizer"], tuple[SentencePieces]]:
        # Transform pickles its preprocessing_fn, and what that uses; a traced graph cannot be pickled.
        return SentencePieceTokenizer, (self._pieces,)

    def _build_graph(self, texts: tf.Tensor) -> tf.RaggedTensor:
        ids, row_splits = kernels.sentencepiece_tokenize_op(
            self._processor(), texts, **_NO_SAMPLING, out_type=tf.int32, Tsplits=tf.int64, return_nbest=False
        )
        return tf.RaggedTensor.from_row_splits(self._network_ids(ids), row_splits, validate=False)

    def _build_offset_graph(self, texts: tf.Tensor) -> tuple[tf.Tensor, ...]:
        ids, row_splits, starts, ends = kernels.sentencepiece_tokenize_with_offsets_op(
            self._processor(), texts, **_NO_SAMPLING, out_type=tf.int32, Tsplits=tf.int64, return_nbest=False
        )
        return row_splits, self._network_ids(ids), *spans_of_pieces(texts, row_splits, starts, ends)

    def _processor(self) -> tf.Tensor:
        model = self._pieces.whole_model()
        # By its content: a process shares one model among all that use it, and never takes another one's for it.
        digest = hashlib.sha256(model).hexdigest()
        return kernels.sentencepiece_op(model=model, shared_name=f"sentence_pieces_{digest}")

    def _network_ids(self, ids: tf.Tensor) -> tf.Tensor:
        pieces = self._pieces
        if pieces.shift == 0:
            return ids
        # Not `==`, which compares objects where a graph is built as in TensorFlow 1.
        return tf.where(tf.equal(ids, pieces.model_unknown_id), pieces.unknown_id, ids + pieces.shift)
