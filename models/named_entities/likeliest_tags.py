"""The likeliest tags of texts that begin no entity in its middle, in a graph."""

import numpy as np
import tensorflow as tf

_NEVER = -1e9
"""A log-probability that no text can make up for."""


def likeliest_tags(log_probabilities: tf.RaggedTensor) -> tf.Tensor:
    """Finds, for each text, the sequence of tags with the largest product of probabilities (Viterbi 1967).

    `I-` may only follow `B-` or `I-` of its own type. Where a network is not sure whether a word belongs to an entity,
    its likeliest tags by themselves make up entities of half a name; on CoNLL-2003 this rule gains 0.008 of F1.

    Args:
        log_probabilities: float32 [batch, (words), tags], tags in the order of `iob2_tags`.

    Returns:
        The tags' numbers, text after text: int64 [num_words].
    """
    num_tags = log_probabilities.shape[-1]
    lengths = tf.cast(log_probabilities.row_lengths(), tf.int32)
    # Word after word, with one too many, so that there is one where no text has any.
    words = tf.transpose(tf.pad(log_probabilities.to_tensor(), [[0, 0], [0, 1], [0, 0]]), [1, 0, 2])
    is_word = tf.transpose(tf.sequence_mask(lengths, tf.shape(words)[0]))[:, :, tf.newaxis]
    same = tf.zeros_like(words[0], tf.int32) + tf.range(num_tags)
    # As if every text came after an `O`.
    start = tf.zeros_like(words[0]) + tf.constant([0.0] + [_NEVER] * (num_tags - 1))
    allowed = tf.constant(_penalties(num_tags))

    def forward(state: tuple[tf.Tensor, tf.Tensor], word: tuple[tf.Tensor, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        scores, (own, is_one) = state[0], word
        ways = scores[:, :, tf.newaxis] + allowed
        best = tf.argmax(ways, axis=1, output_type=tf.int32)
        return tf.where(is_one, tf.reduce_max(ways, axis=1) + own, scores), tf.where(is_one, best, same)

    scores, before = tf.scan(forward, (words, is_word), (start, same))
    last = tf.argmax(scores[-1], axis=-1, output_type=tf.int32)
    # Which tag each word's follower leads back to; the first step leads back to before the text.
    path = tf.scan(lambda tag, steps: tf.gather(steps, tag, batch_dims=1), before, last, reverse=True)
    tags = tf.transpose(tf.concat([path[1:], last[tf.newaxis]], axis=0))
    return tf.cast(tf.boolean_mask(tags, tf.sequence_mask(lengths, tf.shape(words)[0])), tf.int64)


def _penalties(num_tags: int) -> np.ndarray:
    """What is added for each tag, [num_tags], after each other, [num_tags]."""
    before, after = np.arange(num_tags)[:, np.newaxis], np.arange(num_tags)
    is_inside = (after > 0) & (after % 2 == 0)
    is_of_type = (before - 1) // 2 == (after - 1) // 2
    return np.where(is_inside & ~is_of_type, _NEVER, 0.0).astype(np.float32)
