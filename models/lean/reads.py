"""How much of what a network's layers compute is read by anybody."""

import collections
import enum
from collections.abc import Iterator
from typing import Any

import keras
from keras.src.models import Functional


class Read(enum.IntEnum):
    """How much of a tensor, [batch, length, ...], somebody reads."""

    NOTHING = 0
    FIRST = 1
    """The first position of each row."""
    ALL = 2


class Reads:
    """What is read of each result in a network that was built with Keras' functional API."""

    def __init__(self, network: Functional, of_outputs: list[Read] | None = None) -> None:
        """Looks at who takes what; inside of nested networks it does not look.

        Args:
            network: Any.
            of_outputs: What others read of each of its outputs, in Keras' flat order; by default, all.
        """
        self._reads: collections.defaultdict[int, Read] = collections.defaultdict(lambda: Read.NOTHING)
        self._calls: collections.defaultdict[int, list[Any]] = collections.defaultdict(list)
        for output, read in zip(network.outputs, of_outputs or [Read.ALL] * len(network.outputs), strict=True):
            self._add(output, read)
        for call in _calls(network):
            self._calls[id(call.operation)].append(call)
            for tensor in call.input_tensors:
                self._add(tensor, Read.FIRST if _takes_first(call) else Read.ALL)

    def of_calls(self, layer: keras.Layer) -> list[list[Read]]:
        """What is read of each output of a layer, for each of its calls, in the order in which Keras makes them."""
        return [[self._reads[id(output)] for output in call.outputs] for call in self._calls[id(layer)]]

    def _add(self, tensor: keras.KerasTensor, read: Read) -> None:
        self._reads[id(tensor)] = max(read, self._reads[id(tensor)])


def _calls(network: Functional) -> Iterator[Any]:
    """Keras' records of the calls that a network consists of, in the order in which it makes them."""
    for depth in sorted(network._nodes_by_depth, reverse=True):
        yield from network._nodes_by_depth[depth]


def _takes_first(call: Any) -> bool:
    """Whether it is `tensor[:, 0]` or `tensor[:, :1]`, or the same with further axes, all of them whole."""
    if type(call.operation).__name__ != "GetItem":
        return False
    _, key = call.arguments.args
    axes = list(key) if isinstance(key, tuple | list) else [key]
    if len(axes) < 2 or not all(isinstance(axis, int | slice) for axis in axes):
        return False
    whole = slice(None)
    return axes[0] == whole and axes[1] in (0, slice(None, 1)) and all(axis == whole for axis in axes[2:])
