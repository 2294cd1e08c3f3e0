"""How well hidden pieces were guessed, as sums over the guesses of each row, which metrics add up."""

import tensorflow as tf

from models.pretraining.masking import MaskedRows


def guess_sums(logits: tf.Tensor, masked: MaskedRows) -> dict[str, tf.Tensor]:
    """Sums over the guesses of each row, float32 [rows]: `mlm_loss` (nats), `mlm_hits` and `mlm_count`.

    Args:
        logits: float32 [rows, guesses, tokens].
        masked: What was hidden.
    """
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(masked.targets, logits)
    hits = tf.cast(tf.argmax(logits, axis=-1, output_type=tf.int32) == masked.targets, tf.float32)
    summed = {"mlm_loss": losses, "mlm_hits": hits, "mlm_count": tf.ones_like(losses)}
    return {name: tf.reduce_sum(values * masked.weights, axis=1) for name, values in summed.items()}


def relation_sums(logits: tf.Tensor, relation_ids: tf.Tensor) -> dict[str, tf.Tensor]:
    """Whether each row's relation was told: `nsp_hits` and `nsp_count`, float32 [rows].

    Args:
        logits: float32 [rows, 2].
        relation_ids: int32 [rows].
    """
    hits = tf.cast(tf.argmax(logits, axis=-1, output_type=tf.int32) == relation_ids, tf.float32)
    return {"nsp_hits": hits, "nsp_count": tf.ones_like(hits)}
