"""Writes the preset that pre-training makes: backbone and vocabulary, in KerasHub's form."""

import pathlib

import keras
import keras_hub

from models.backbones.bert_like import BertLike
from models.backbones.family import check_family
from models.tokenisation.vocabulary import Vocabulary


def write_preset(network: keras.Model, vocabulary: Vocabulary, folder: str) -> None:
    """Writes a preset that `model.preset` takes, and KerasHub's own `from_preset`.

    Args:
        network: Holds one backbone among its layers; heads are left out.
        vocabulary: Its word pieces.
        folder: Where to write; made where it is not there.
    """
    layers = (layer.encoder if isinstance(layer, BertLike) else layer for layer in network.layers)
    (backbone,) = (layer for layer in layers if isinstance(layer, keras_hub.models.Backbone))
    family = check_family(type(backbone).__name__, "the network")
    tokenizer_class = getattr(keras_hub.models, family.tokenizer)
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    backbone.save_to_preset(folder)
    tokenizer_class(list(vocabulary.tokens), lowercase=vocabulary.lowercase).save_to_preset(folder)
