"""A training that starts from the weights of an earlier model instead of the preset's."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import keras
import numpy as np

from models.export.kept_weights import KeptWeights, weight_names
from models.tasks.interface.facts import Facts
from models.tasks.interface.task import Task
from models.training.low_rank_adaptation import plain_weights
from models.training.new_units import begin_new_units


@dataclasses.dataclass(frozen=True)
class WarmStart:
    """An earlier model's weights, and the task that they are to be trained on.

    Attributes:
        kept: The weights.
        task: The task.
        facts: Its vocabulary, and the labels that there are now.
    """

    kept: KeptWeights
    task: Task
    facts: Facts

    def fault(self, network: keras.Model) -> str | None:
        """Why a network cannot start from them; None where it can.

        Args:
            network: The network that is to be trained.
        """
        if self.kept.task != self.task.name:
            return f"its task is {self.kept.task}, not {self.task.name}"
        if self.kept.vocabulary != self.facts.vocabulary.digest:
            return "its vocabulary is another one"
        weights = plain_weights(network)
        if self.kept.names != weight_names(weights):
            return "its network has other layers"
        units = self._units_of_weights(network)
        for number, (weight, value) in enumerate(zip(weights, self.kept.values, strict=True)):
            shape = tuple(weight.shape)
            if number in units:
                shape = (*shape[:-1], len(units[number].old))
            if value.shape != shape:
                return f"its {self.kept.names[number]} has the shape {value.shape}, not {shape}"
        if set(self.kept.labels) != set(self.facts.labels) and not units:
            return f"its labels are others, and {self.task.name} does not say which weights belong to labels"
        return None

    def give_to(self, network: keras.Model) -> None:
        """Sets a network's weights; units of labels that are new keep the values that they have.

        Args:
            network: One in which `fault` finds nothing.
        """
        units = self._units_of_weights(network)
        for number, (weight, value) in enumerate(zip(plain_weights(network), self.kept.values, strict=True)):
            if number in units:
                value = with_units(weight.numpy(), units[number].new, value, units[number].old)
            weight.assign(value)

    def begin_new_labels(self, network: keras.Model, batches: Iterable[Any]) -> None:
        """Gives the units of labels that are new a first guess.

        Args:
            network: One that `give_to` gave the others.
            batches: The rows to be trained on, as `TrainingData.train` gives them.
        """
        if not self.labels_without_weights():
            return
        old = self.task.label_units(self.kept.labels)
        for layer, units in self.task.label_units(self.facts.labels).items():
            begin_new_units(network, layer, units, old[layer], batches)

    def labels_without_weights(self) -> tuple[str, ...]:
        """The labels that the earlier model does not know."""
        return tuple(label for label in self.facts.labels if label not in set(self.kept.labels))

    def _units_of_weights(self, network: keras.Model) -> Mapping[int, "_Units"]:
        """The units of the weights that belong to labels, by the weights' numbers."""
        old, new = self.task.label_units(self.kept.labels), self.task.label_units(self.facts.labels)
        numbers = {id(weight): number for number, weight in enumerate(plain_weights(network))}
        return {
            numbers[id(weight)]: _Units(old[layer], new[layer])
            for layer in new
            for weight in network.get_layer(layer).weights
        }


@dataclasses.dataclass(frozen=True)
class _Units:
    """What the last axis of a weight stood for, and stands for now."""

    old: tuple[str, ...]
    new: tuple[str, ...]


def with_units(values: Any, units: Sequence[str], other: Any, other_units: Sequence[str]) -> Any:
    """Takes over, by name, the units that two arrays have in common.

    Args:
        values: float [..., units].
        units: The names of its units.
        other: float [..., other units], from which values are taken.
        other_units: The names of these.

    Returns:
        A copy of `values` in which each unit that `other` has too is as it is there.
    """
    taken = np.array(values)
    places = {unit: place for place, unit in enumerate(other_units)}
    for place, unit in enumerate(units):
        if unit in places:
            taken[..., place] = other[..., places[unit]]
    return taken
