"""What TFX's and Kubeflow's caches do not know of a component: its code and its preset."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.caching.code_fingerprint import PROJECT_PACKAGES, code_fingerprint, reached_modules

_CALLBACKS = ("run_fn", "preprocessing_fn", "tuner_fn")
"""Properties that hold the import path of a function which the component calls."""
_TASK_REGISTRY = "models.tasks.interface.registry"


@dataclasses.dataclass(frozen=True)
class ComponentCode:
    """Where a component's code is.

    Attributes:
        modules: The project's modules that it begins with.
        is_told_of_model: Whether its result depends on the preset.
    """

    modules: tuple[str, ...]
    is_told_of_model: bool

    @classmethod
    def of(cls, classes: list[str], properties: Mapping[str, Any]) -> "ComponentCode":
        """What a component's classes and properties say of it.

        Args:
            classes: Import paths of its executor and driver.
            properties: Its properties.
        """
        paths = [*classes, *(properties[name] for name in _CALLBACKS if name in properties)]
        modules = {path.rpartition(".")[0] for path in paths if path.partition(".")[0] in PROJECT_PACKAGES}
        # Transform and Trainer: TFX's own, whose custom_config is all that we tell them. The ingest: for tasks that
        # expand.
        is_told = "custom_config" in properties or bool(properties.get("encoder"))
        return cls(tuple(sorted(modules)), is_told)


def component_key(component: ComponentCode, task_modules: Iterable[str], preset: str) -> str:
    """Returns a hash that differs where a component would do something else with equal inputs and properties.

    Args:
        component: Where its code is.
        task_modules: The modules of the run's task; they count where the component's code looks tasks up by name.
        preset: The preset's fingerprint; it counts where the component is told of the model.
    """
    modules = set(component.modules)
    if _TASK_REGISTRY in reached_modules(modules):
        modules.update(task_modules)
    key = code_fingerprint(sorted(modules))
    return f"{key} {preset}" if component.is_told_of_model else key
