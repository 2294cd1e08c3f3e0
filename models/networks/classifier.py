"""The classification head: pooled first token, dropout, one dense layer."""

import keras

LOGITS = "logits"
"""The layer whose outputs are those of the labels."""


def build_classifier(backbone: keras.Model, num_outputs: int, dropout: float) -> keras.Model:
    """Puts BERT's own classification head on a backbone (Devlin et al. 2019, section 3.2).

    Args:
        backbone: A KerasHub BertBackbone; inputs int32 [batch, length], `pooled_output` float [batch, width].
        num_outputs: Size of the last axis.
        dropout: Rate between pooling and the dense layer.

    Returns:
        A model of the backbone's inputs with output float32 logits [batch, num_outputs].
    """
    pooled = backbone(backbone.input)["pooled_output"]
    pooled = keras.layers.Dropout(dropout, name="classifier_dropout")(pooled)
    logits = keras.layers.Dense(
        num_outputs,
        kernel_initializer=keras.initializers.TruncatedNormal(stddev=0.02),
        dtype="float32",  # a softmax over bfloat16 logits loses digits that thresholds need
        name=LOGITS,
    )(pooled)
    return keras.Model(backbone.input, logits, name="classifier")
