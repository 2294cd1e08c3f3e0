"""Encoders without segments and pooling, with the inputs and outputs of a BERT."""

from typing import Any

import keras


class BertLike(keras.Model):
    """A DistilBERT or XLM-RoBERTa that takes and gives what a KerasHub BertBackbone does.

    It has no segment embeddings: both texts of a pair are told apart by the special tokens between them alone, as it
    was pretrained. The pooled output is the first token's vector through a dense layer, which the preset does not have.
    """

    def __init__(self, encoder: keras.Model, pooling: str) -> None:
        """Wraps an encoder.

        Args:
            encoder: A KerasHub backbone of `token_ids` and `padding_mask`, whose one output is float
                [batch, length, width].
            pooling: The activation of the dense layer.
        """
        inputs = {
            name: keras.Input(shape=(None,), dtype="int32", name=name)
            for name in ("token_ids", "segment_ids", "padding_mask")
        }
        sequence = encoder({"token_ids": inputs["token_ids"], "padding_mask": inputs["padding_mask"]})
        dense = keras.layers.Dense(
            encoder.hidden_dim,
            activation=pooling,
            kernel_initializer=keras.initializers.TruncatedNormal(stddev=0.02),
            dtype=encoder.dtype_policy,
            name="pooled_dense",
        )
        outputs = {"sequence_output": sequence, "pooled_output": dense(sequence[:, 0, :])}
        super().__init__(inputs=inputs, outputs=outputs, name="bert_like")
        self.encoder = encoder

    def __getattr__(self, name: str) -> Any:
        # What else a backbone is asked for: its layers, its sizes, LoRA.
        if name in ("transformer_layers", "token_embedding", "hidden_dim", "vocabulary_size", "enable_lora"):
            return getattr(self.encoder, name)
        raise AttributeError(name)
