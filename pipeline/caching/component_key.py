"""What TFX's cache does not know of a component: its code and its preset."""

from collections.abc import Iterable, Mapping

from pipeline.caching.code_fingerprint import PROJECT_PACKAGES, code_fingerprint, reached_modules

_CALLBACKS = ("run_fn", "preprocessing_fn")
"""Properties that hold the import path of a function which the component calls."""
_TASK_REGISTRY = "models.tasks.interface.registry"


def component_key(classes: list[str], properties: Mapping[str, str], task_modules: Iterable[str], preset: str) -> str:
    """Returns a hash that differs where a component would do something else with equal inputs and properties.

    Args:
        classes: Import paths of the component's executor and driver.
        properties: Its string properties.
        task_modules: The modules of the run's task; they count where the component's code looks tasks up by name.
        preset: The preset's fingerprint; it counts where the component is told of the model.
    """
    paths = [*classes, *(properties[name] for name in _CALLBACKS if name in properties)]
    modules = {path.rpartition(".")[0] for path in paths if path.partition(".")[0] in PROJECT_PACKAGES}
    if _TASK_REGISTRY in reached_modules(modules):
        modules.update(task_modules)
    key = code_fingerprint(sorted(modules))
    # Transform and Trainer: TFX's own, whose custom_config is all that we tell them. The ingest: for tasks that expand.
    return f"{key} {preset}" if "custom_config" in properties or properties.get("encoder") else key
