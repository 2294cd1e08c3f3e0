"""The BERT presets that KerasHub knows, read from its list without importing it, which takes ten seconds."""

import dataclasses
import functools
import importlib.util
import pathlib
import runpy
from collections.abc import Mapping

_LIST = pathlib.Path("src", "models", "bert", "bert_presets.py")


@dataclasses.dataclass(frozen=True)
class KerasHubPreset:
    """One preset.

    Attributes:
        num_parameters: How many weights it has.
        handle: What Kaggle calls it, such as `keras/bert/keras/bert_base_zh/3`.
    """

    num_parameters: int
    handle: str


@functools.cache
def keras_hub_presets() -> Mapping[str, KerasHubPreset]:
    """The presets by name; empty where this version of KerasHub keeps its list elsewhere."""
    spec = importlib.util.find_spec("keras_hub")
    if spec is None or spec.origin is None:
        return {}
    path = pathlib.Path(spec.origin).parent / _LIST
    presets = runpy.run_path(str(path)).get("backbone_presets", {}) if path.is_file() else {}
    return {
        name: KerasHubPreset(values["metadata"]["params"], values["kaggle_handle"].removeprefix("kaggle://"))
        for name, values in presets.items()
    }
