"""The heads of pre-training: hidden pieces are guessed, and whether one segment follows another."""

from typing import Any

import keras

NEXT_OUTPUT, RANDOM_OUTPUT = 0, 1
"""Outputs of the second head; in this order in BERT's own checkpoints."""


def build_masked_lm(backbone: keras.Model, next_sentence: bool) -> keras.Model:
    """Puts BERT's own two heads on a backbone (Devlin et al. 2019, section 3.1); the first shares its embedding.

    Args:
        backbone: A KerasHub BertBackbone, or what has its inputs and outputs.
        next_sentence: Whether there is the second one.

    Returns:
        A model of the backbone's inputs and `mask_positions`, int32 [batch, guesses], with the outputs `mlm`, float32
        logits [batch, guesses, tokens], and `nsp`, float32 logits [batch, 2].
    """
    import keras_hub

    positions = keras.Input([None], dtype="int32", name="mask_positions")
    encoded = backbone(backbone.input)
    logits = keras_hub.layers.MaskedLMHead(
        token_embedding=backbone.token_embedding,
        intermediate_activation="gelu",
        kernel_initializer=keras.initializers.TruncatedNormal(stddev=0.02),
        dtype=backbone.dtype_policy,
        name="mlm_head",
    )(encoded["sequence_output"], positions)
    # A softmax over bfloat16 logits of so many tokens would not add up to one.
    outputs: dict[str, Any] = {"mlm": keras.layers.Activation("linear", dtype="float32", name="mlm")(logits)}
    if next_sentence:
        outputs["nsp"] = keras.layers.Dense(
            2, kernel_initializer=keras.initializers.TruncatedNormal(stddev=0.02), dtype="float32", name="nsp"
        )(encoded["pooled_output"])
    return keras.Model({**backbone.input, "mask_positions": positions}, outputs, name="masked_lm")
