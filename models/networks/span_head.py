"""The head that chooses a span of word pieces: two logits for each, as its first and as its last."""

from typing import Any

import keras
from typing_extensions import override

MASKED_LOGIT = -1e9
"""The logit of a position that can be neither: a softmax gives it exactly 0."""


def build_span_network(backbone: keras.Model, dropout: float) -> keras.Model:
    """Puts BERT's head for extractive question answering on a backbone (Devlin et al. 2019, section 4.2).

    Args:
        backbone: A KerasHub BertBackbone; inputs int32 [batch, length], `sequence_output` float [batch, length, width].
        dropout: Rate before the dense layer.

    Returns:
        A model of the backbone's inputs with output float32 logits [batch, length, 2] of starts and ends. All but those
        of the second segment and of `[CLS]`, which stands first and means that there is no answer, are `MASKED_LOGIT`.
    """
    inputs = backbone.input
    sequence = keras.layers.Dropout(dropout, name="span_dropout")(backbone(inputs)["sequence_output"])
    logits = keras.layers.Dense(
        2,
        kernel_initializer=keras.initializers.TruncatedNormal(stddev=0.02),
        dtype="float32",
        name="span_logits",
    )(sequence)
    masked = MaskedSpans(name="masked_spans", dtype="float32")(logits, inputs["segment_ids"], inputs["padding_mask"])
    return keras.Model(inputs, masked, name="span_network")


class MaskedSpans(keras.layers.Layer):
    """Masks the logits of positions where no span may begin or end."""

    @override
    def call(self, logits: Any, segment_ids: Any, padding_mask: Any) -> Any:
        """Masks logits, float32 [batch, length, 2], by the network's inputs, int32 [batch, length]."""
        # The last [SEP] belongs to the second segment: it is what nothing follows.
        is_followed = keras.ops.concatenate([padding_mask[:, 1:], keras.ops.zeros_like(padding_mask[:, :1])], axis=1)
        is_context = (segment_ids * is_followed)[:, 1:]
        is_open = keras.ops.concatenate([keras.ops.ones_like(padding_mask[:, :1]), is_context], axis=1)
        return keras.ops.where(keras.ops.expand_dims(is_open, -1) > 0, logits, MASKED_LOGIT)


class SpanCrossEntropy(keras.losses.Loss):
    """The mean of the cross-entropies of the first and of the last piece, over all positions."""

    def __init__(self) -> None:
        super().__init__(name="span_cross_entropy")

    @override
    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Losses, float32 [batch], of positions, [batch, 2], and logits, float32 [batch, length, 2]."""
        # Keras makes floats of targets.
        positions = keras.ops.expand_dims(keras.ops.cast(y_true, "int32"), 1)
        log_probabilities = keras.ops.log_softmax(y_pred, axis=1)
        return -keras.ops.mean(keras.ops.take_along_axis(log_probabilities, positions, axis=1), axis=(1, 2))
