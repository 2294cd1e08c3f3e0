"""Which parts of a backbone keep the preset's weights."""

import keras

from models.user_error import UserError


def freeze(backbone: keras.Model, what: str | int) -> None:
    """Makes parts of a backbone untrainable.

    Args:
        backbone: As `load_backbone` gives it.
        what: `none`, `embeddings`, `all`, or how many of the lowest transformer layers besides the embeddings.

    Raises:
        UserError: The backbone has fewer layers, or they share their weights.
    """
    if what == "all":
        backbone.trainable = False
    elif what != "none":
        for layer in _lowest_layers(backbone, 0 if what == "embeddings" else int(what)):
            layer.trainable = False


def _lowest_layers(backbone: keras.Model, num_transformer_layers: int) -> list[keras.Layer]:
    """The embeddings and so many transformer layers."""
    layers = backbone.transformer_layers
    if isinstance(layers[0], list):
        # An ALBERT: groups of layers, each of which is passed several times.
        if num_transformer_layers:
            raise UserError(
                "training.freeze: the transformer layers of an ALBERT share their weights, so that a number of them "
                "cannot be frozen; choose `embeddings` or `all`"
            )
        layers = [layer for group in layers for layer in group]
    if num_transformer_layers > len(layers):
        raise UserError(
            f"training.freeze: the preset has {len(layers)} transformer layers, fewer than {num_transformer_layers}"
        )
    # All that comes before the first layer is of the embeddings, whatever the family calls it.
    encoder = getattr(backbone, "encoder", backbone)
    embeddings = encoder.layers[: encoder.layers.index(layers[0])]
    return [*embeddings, *layers[:num_transformer_layers]]
