"""What the second segment of an example is to the first."""

import tensorflow as tf

from models.networks.masked_lm import NEXT_OUTPUT, RANDOM_OUTPUT
from models.pretraining.expand_documents import NEXT


def relation_ids(relations: tf.Tensor) -> tf.Tensor:
    """The output of the network that stands for each relation: int32 [rows], of string [rows]."""
    return tf.where(relations == NEXT, NEXT_OUTPUT, RANDOM_OUTPUT)
