"""The weights of a trained network in float32, kept beside its SavedModel for a later training to start from.

The SavedModel's own variables would not do: what is served is in other forms (joined matrices, bfloat16 constants), and
holds what signatures read alone.
"""

import dataclasses
import json
import pathlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import keras
    import numpy as np

WEIGHTS_FOLDER = "assets.extra/weights"
"""Where an exported model has them; a folder of its own, so that they can be fetched without the rest."""
_FILE = "float32.safetensors"
_ABOUT = "about"

# Keras numbers layers of equal names through the life of a process.
_NUMBER = re.compile(r"_\d+(?=/|$)")


@dataclasses.dataclass(frozen=True)
class KeptWeights:
    """What a training left.

    Attributes:
        task: The task's name.
        labels: The label vocabulary, in the order of the network's outputs.
        vocabulary: The digest of the vocabulary that its embeddings are of.
        names: What each weight is called, in the order of the network's.
        values: The weights, float32.
    """

    task: str
    labels: tuple[str, ...]
    vocabulary: str
    names: tuple[str, ...]
    values: tuple["np.ndarray", ...] = dataclasses.field(repr=False)

    @classmethod
    def of_network(cls, network: "keras.Model", task: str, labels: Sequence[str], vocabulary: str) -> Self:
        """Takes them from a trained network without low-rank matrices."""
        values = tuple(weight.numpy() for weight in network.weights)
        return cls(task, tuple(labels), vocabulary, weight_names(network.weights), values)

    def write(self, saved_model: str) -> None:
        """Writes them into an exported model's folder; equal weights give equal bytes."""
        from safetensors.numpy import save_file

        path = pathlib.Path(saved_model, WEIGHTS_FOLDER, _FILE)
        path.parent.mkdir(parents=True, exist_ok=True)
        about = {"task": self.task, "labels": self.labels, "vocabulary": self.vocabulary}
        named = zip(self.names, self.values, strict=True)
        tensors = {f"{number:05d} {name}": value for number, (name, value) in enumerate(named)}
        save_file(tensors, path, {_ABOUT: json.dumps(about, ensure_ascii=False)})

    @classmethod
    def read(cls, folder: pathlib.Path) -> Self:
        """Reads what `write` wrote.

        Args:
            folder: `WEIGHTS_FOLDER` of an exported model, wherever it was copied to.
        """
        from safetensors import safe_open

        with safe_open(folder / _FILE, framework="numpy") as file:
            about = json.loads(file.metadata()[_ABOUT])
            keys = sorted(file.keys())
            values = tuple(file.get_tensor(key) for key in keys)
        names = tuple(key.partition(" ")[2] for key in keys)
        return cls(about["task"], tuple(about["labels"]), about["vocabulary"], names, values)


def weights_file(folder: pathlib.Path) -> pathlib.Path | None:
    """The file of kept weights in `WEIGHTS_FOLDER` of a model; None where it was exported without."""
    path = folder / _FILE
    return path if path.is_file() else None


def weight_names(weights: Sequence[Any]) -> tuple[str, ...]:
    """Names of Keras variables that are the same in every process."""
    return tuple(_NUMBER.sub("", weight.path) for weight in weights)
