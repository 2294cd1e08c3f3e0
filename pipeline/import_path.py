"""Names a function by its import path, as TFX takes call-backs."""

from collections.abc import Callable
from typing import Any


def import_path(function: Callable[..., Any]) -> str:
    """Returns `package.module.function`: derived from the object, so that a rename cannot leave a dead string."""
    return f"{function.__module__}.{function.__qualname__}"
