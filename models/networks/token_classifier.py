"""The head that classifies each token: dropout and one dense layer over the whole sequence."""

import keras

LOGITS = "logits"
"""The layer whose outputs are those of the tags."""


def build_token_classifier(backbone: keras.Model, num_outputs: int, dropout: float) -> keras.Model:
    """Puts BERT's own head for tagging on a backbone (Devlin et al. 2019, section 5.3).

    Args:
        backbone: A KerasHub BertBackbone; inputs int32 [batch, length], `sequence_output` float [batch, length, width].
        num_outputs: Size of the last axis.
        dropout: Rate between the last layer and the dense one.

    Returns:
        A model of the backbone's inputs with output float32 logits [batch, length, num_outputs].
    """
    sequence = backbone(backbone.input)["sequence_output"]
    sequence = keras.layers.Dropout(dropout, name="classifier_dropout")(sequence)
    logits = keras.layers.Dense(
        num_outputs,
        kernel_initializer=keras.initializers.TruncatedNormal(stddev=0.02),
        dtype="float32",  # a softmax over bfloat16 logits loses digits that scores need
        name=LOGITS,
    )(sequence)
    return keras.Model(backbone.input, logits, name="token_classifier")
