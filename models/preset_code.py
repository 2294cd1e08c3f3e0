"""Refuses configs of presets that would have Keras load something else than layers of Keras and KerasHub.

Keras' safe mode refuses such configs too; this one names the place, and does not hang on what another library has set.
"""

from collections.abc import Iterator, Mapping
from typing import Any

_TRUSTED = ("keras", "keras_hub", "keras_nlp")
"""Packages whose classes a config may name; KerasHub was called keras_nlp."""

_CODE = ("__lambda__", "Lambda", "function", "TorchModuleWrapper")
"""Classes that stand for functions or modules of somebody's own, as bytecode, pickles or names."""


def foreign_code(values: Any) -> str | None:
    """What a config would have loaded that is no class of Keras or KerasHub; None where it is plain.

    Args:
        values: JSON values.
    """
    return next(_found(values), None)


def _found(values: Any) -> Iterator[str]:
    if isinstance(values, Mapping):
        if "class_name" in values:
            yield from _fault_of_class(values)
        for value in values.values():
            yield from _found(value)
    elif isinstance(values, list):
        for value in values:
            yield from _found(value)


def _fault_of_class(values: Mapping[str, Any]) -> Iterator[str]:
    name, module, registered = (values.get(key) for key in ("class_name", "module", "registered_name"))
    if not isinstance(name, str) or name in _CODE:
        yield f"a function (class_name {name!r})"
    elif not _is_trusted(module, ".") or not _is_trusted(registered, ">"):
        yield f"{name} of {module!r} (registered_name {registered!r})"


def _is_trusted(name: Any, separator: str) -> bool:
    """Whether a name is of a trusted package; Keras' own classes have no registered name."""
    return name is None or (isinstance(name, str) and name.partition(separator)[0] in _TRUSTED)
