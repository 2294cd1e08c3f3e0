"""KerasHub's presets of encoders like BERT, read from its lists without importing it, which takes ten seconds."""

import ast
import dataclasses
import functools
import importlib.util
import pathlib
from collections.abc import Mapping
from typing import Any

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
        for name, values in _list_in(path).items() if path.is_file() else ():
            handle = values["kaggle_handle"].removeprefix("kaggle://")
            found[name] = KerasHubPreset(values["metadata"]["params"], handle, family)
    return found


def _list_in(path: pathlib.Path) -> dict[str, Any]:
    """The value of `backbone_presets` in a module, which is not run."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["backbone_presets"]:
            found: dict[str, Any] = ast.literal_eval(node.value)
            return found
    return {}
