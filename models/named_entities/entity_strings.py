"""Entities as the strings that examples hold: `START END TYPE`, in characters."""

from typing import TYPE_CHECKING, NamedTuple

from models.named_entities.entities import Entity

if TYPE_CHECKING:
    import tensorflow as tf

_SEPARATOR = " "


class EntityTensors(NamedTuple):
    """Entities in a graph, end to end; all [num_entities].

    Attributes:
        start: int64, as `Entity` has it.
        end: int64, likewise.
        type: string.
    """

    start: "tf.Tensor"
    end: "tf.Tensor"
    type: "tf.Tensor"


def entity_string(entity: Entity) -> bytes:
    """Writes an entity; its type holds no white space."""
    return _SEPARATOR.join(map(str, entity)).encode()


def parse_entity(string: bytes) -> Entity:
    """The inverse of `entity_string`."""
    start, end, name = string.decode().split(_SEPARATOR)
    return Entity(int(start), int(end), name)


def parse_entities(strings: "tf.Tensor") -> EntityTensors:
    """The same in a graph.

    Args:
        strings: string [num_entities].
    """
    import tensorflow as tf

    parts = tf.strings.split(strings, _SEPARATOR).to_tensor(shape=[None, 3])
    start, end = tf.unstack(tf.strings.to_number(parts[:, :2], tf.int64), axis=1)
    return EntityTensors(start, end, parts[:, 2])
