"""KerasHub's presets of encoders like BERT, read from its lists without importing it, which takes ten seconds."""

import dataclasses
import functools
import importlib.util
import pathlib
import runpy
from collections.abc import Mapping

from models.backbones.family import FAMILIES, Family


@dataclasses.dataclass(frozen=True)
class KerasHubPreset:
    """One preset.

    Attributes:
        num_parameters: How many weights it has.
        handle: What Kaggle calls it, such as `keras/bert/keras/bert_base_zh/3`.
        family: Whose preset it is.
    """

    num_parameters: int
    handle: str
    family: Family


@functools.cache
def keras_hub_presets() -> Mapping[str, KerasHubPreset]:
    """The presets by name; empty where this version of KerasHub keeps its list elsewhere."""
    spec = importlib.util.find_spec("keras_hub")
    if spec is None or spec.origin is None:
        return {}
    models = pathlib.Path(spec.origin).parent / "src" / "models"
    found = {}
    for family in FAMILIES:
        path = models / family.folder / f"{family.folder}_presets.py"
        presets = runpy.run_path(str(path)).get("backbone_presets", {}) if path.is_file() else {}
        for name, values in presets.items():
            handle = values["kaggle_handle"].removeprefix("kaggle://")
            found[name] = KerasHubPreset(values["metadata"]["params"], handle, family)
    return found
