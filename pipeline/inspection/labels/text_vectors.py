"""What the current model's BERT, as it is before it is trained on these rows, makes of texts: a vector for each row."""

from collections.abc import Callable, Sequence

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from models.encoder_settings import EncoderSettings
from models.lean.network import lean_network
from models.network_inputs import network_inputs
from models.networks.embedder import build_embedder
from models.presets import load_backbone

_BATCH_PIECES = 8192
"""Word pieces of a batch, with what fills it up."""
_LENGTHS_OF = 8

Float32 = npt.NDArray[np.float32]


def text_vectors(
    rows: Sequence[Sequence[str]], settings: EncoderSettings, tell: Callable[[int], None] = lambda num_done: None
) -> Float32:
    """Returns a vector for each row: the means of its texts' pieces, for pairs with their difference and product.

    Args:
        rows: The texts of each row, as many in each.
        settings: The preset, and how long it reads.
        tell: Is told now and then how many texts are done.

    Raises:
        UserError: The preset cannot be loaded.
    """
    backbone = load_backbone(settings.preset, "float32")
    network = lean_network(build_embedder(backbone, "mean"), is_final=True)
    vectors: list[Float32] = []
    for texts in zip(*rows, strict=True):

        def tell_sum(num_done: int, before: int = len(vectors) * len(texts)) -> None:
            tell(before + num_done)

        vectors.append(_vectors(texts, network, settings, tell_sum))
    if len(vectors) == 1:
        return vectors[0]
    # What N. Reimers and I. Gurevych, "Sentence-BERT", 2019, section 3, put before a classifier of pairs, and products.
    first, second = vectors[0], vectors[1]
    scale = np.float32(np.sqrt(first.shape[1]))
    return np.concatenate([*vectors, np.abs(first - second), first * second * scale], axis=1)


def _vectors(
    texts: Sequence[str], network: keras.Model, settings: EncoderSettings, tell: Callable[[int], None]
) -> Float32:
    """The vector of each text, float32 [texts, width]."""
    ids = settings.build().encode(tf.constant(list(texts), tf.string))["token_ids"]
    lengths = ids.row_lengths().numpy()
    order = np.argsort(lengths, kind="stable")

    @tf.function(reduce_retracing=True)
    def embed(batch: tf.RaggedTensor) -> tf.Tensor:
        inputs = network_inputs({"token_ids": batch}, _LENGTHS_OF, settings.sequence_length)
        return network(inputs, training=False)

    vectors = np.zeros((len(texts), network.output_shape[-1]), np.float32)
    done = 0
    while done < len(order):
        # The longest first: if memory does not suffice, that is seen at once.
        end = len(order) - done
        size = max(1, _BATCH_PIECES // max(1, int(lengths[order[end - 1]])))
        chosen = order[max(0, end - size) : end]
        vectors[chosen] = embed(tf.gather(ids, chosen)).numpy()
        done += len(chosen)
        tell(done)
    return vectors
