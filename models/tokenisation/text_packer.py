"""The packing of one or two tokenised segments into the rows that BERT reads."""

import dataclasses
from collections.abc import Sequence

import tensorflow as tf

from models.tokenisation.piece_vocabulary import PieceVocabulary


@dataclasses.dataclass(frozen=True)
class TextPacker:
    """Joins segments to `[CLS] a [SEP]` or `[CLS] a [SEP] b [SEP]`, in plain TensorFlow ops.

    What the special tokens are, and how many `[SEP]` stand between `a` and `b`, is the vocabulary's to say.

    Attributes:
        vocabulary: Gives the ids of the special tokens.
        sequence_length: The longest row in pieces, special tokens included.

    Raises:
        ValueError: `sequence_length` has no room for the special tokens of two segments.
    """

    vocabulary: PieceVocabulary
    sequence_length: int

    def __post_init__(self) -> None:
        least = self.num_special_tokens(num_texts=2)
        if self.sequence_length < least:
            raise ValueError(
                f"sequence_length must be at least {least}, for the special tokens of a pair; it is "
                f"{self.sequence_length}"
            )

    def num_special_tokens(self, num_texts: int) -> int:
        """How many ids of a row of so many texts are no pieces of these."""
        return 1 + sum(self._num_ends(num_texts))

    def _num_ends(self, num_texts: int) -> list[int]:
        """How many end ids there are behind each text."""
        return [self.vocabulary.num_ends_between] * (num_texts - 1) + [1]

    def pack(self, segments: Sequence[tf.RaggedTensor]) -> dict[str, tf.RaggedTensor]:
        """Packs a batch.

        What is too long loses pieces at its end, the longer segment first, by the rule that the `tokenizers` package
        calls `longest_first`: of an odd room that both segments overfill, the longer one gets the odd piece, and the
        second one if they are of equal length.

        Args:
            segments: One or two of int32 [batch, (num_pieces)], as tokenisers return them.

        Returns:
            `token_ids` and `segment_ids`, both int32 [batch, (length)] with lengths up to `sequence_length`. Segment 0
            holds `[CLS]`, the first text and what ends it, segment 1 the rest.

        Raises:
            ValueError: There are not one or two segments.
        """
        if len(segments) not in (1, 2):
            raise ValueError(f"BERT reads one or two segments, not {len(segments)}")
        segments = [segment.with_row_splits_dtype(tf.int64) for segment in segments]
        num_special = self.num_special_tokens(len(segments))
        specials = [self.vocabulary.start_id] + [self.vocabulary.end_id] * (num_special - 1)
        # All that rows can hold, end to end: a row is a list of ranges of it.
        pieces = tf.concat([tf.constant(specials, tf.int32), *(segment.values for segment in segments)], axis=0)
        starts, sizes = self._ranges(segments)
        ranges = tf.raw_ops.RaggedRange(
            starts=tf.reshape(starts, [-1]),
            limits=tf.reshape(starts + sizes, [-1]),
            deltas=tf.constant(1, tf.int64),
        )
        index, row_splits = ranges.rt_dense_values, ranges.rt_nested_splits[:: starts.shape[1]]
        is_second = tf.zeros_like(index, tf.bool)
        if len(segments) == 2:
            first_of_second = num_special + tf.size(segments[0].values, tf.int64)
            is_second = tf.equal(index, num_special - 1) | (index >= first_of_second)
        return {
            "token_ids": tf.RaggedTensor.from_row_splits(tf.gather(pieces, index), row_splits, validate=False),
            "segment_ids": tf.RaggedTensor.from_row_splits(tf.cast(is_second, tf.int32), row_splits, validate=False),
        }

    def _ranges(self, segments: Sequence[tf.RaggedTensor]) -> tuple[tf.Tensor, tf.Tensor]:
        """Where the parts of each row start among all pieces, and their sizes: both int64 [batch, num_parts]."""
        zeros = tf.zeros_like(segments[0].row_starts())
        starts, sizes = [zeros], [zeros + 1]
        offset = tf.constant(self.num_special_tokens(len(segments)), tf.int64)
        end = 1
        num_ends = self._num_ends(len(segments))
        for segment, size, ends in zip(segments, self._kept_sizes(segments), num_ends, strict=True):
            starts += [offset + segment.row_starts(), zeros + end]
            sizes += [size, zeros + ends]
            offset += tf.size(segment.values, tf.int64)
            end += ends
        return tf.stack(starts, axis=1), tf.stack(sizes, axis=1)

    def _kept_sizes(self, segments: Sequence[tf.RaggedTensor]) -> list[tf.Tensor]:
        room = self.sequence_length - self.num_special_tokens(len(segments))
        first, *others = [segment.row_lengths() for segment in segments]
        if not others:
            return [tf.minimum(first, room)]
        (second,) = others
        half = tf.where(first > second, tf.constant(room - room // 2, tf.int64), tf.constant(room // 2, tf.int64))
        return [
            tf.minimum(first, tf.maximum(room - second, half)),
            tf.minimum(second, tf.maximum(room - first, room - half)),
        ]
