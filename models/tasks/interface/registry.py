"""Finds a task by the name that a config gives."""

import difflib
import functools
import importlib
import pkgutil

import models.tasks
from models.tasks.interface.task import Task


def task_names() -> tuple[str, ...]:
    """Names of the tasks that come with the project: the modules of `models.tasks`."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(models.tasks.__path__) if not module.ispkg))


def task_named(name: str) -> Task:
    """Returns a task with its default options, and none of its optional texts; see `task_class`."""
    return task_class(name)()


@functools.cache
def task_class(name: str) -> type[Task]:
    """Returns the class of a task of the project, or of one from outside it.

    Args:
        name: A module of `models.tasks`, or `package.module:Class` for a task of the user's own.

    Raises:
        ValueError: There is no such task, and the message names the nearest; or the user's own is at fault.
    """
    module_name, _, class_name = name.partition(":")
    if class_name:
        return _user_task(name, module_name, class_name)
    if name not in task_names():
        nearest = difflib.get_close_matches(name, task_names(), n=1)
        hint = f"; did you mean {nearest[0]!r}?" if nearest else "."
        raise ValueError(f"there is no task {name!r}{hint} Tasks: {', '.join(task_names())}")
    module = importlib.import_module(f"models.tasks.{name}")
    found: type[Task] = module.TASK
    return found


def _user_task(name: str, module_name: str, class_name: str) -> type[Task]:
    if not module_name or module_name.startswith("."):
        raise ValueError(f"the task {name!r} is not `package.module:Class` with the module's full name")
    try:
        found = getattr(importlib.import_module(module_name), class_name)
    except Exception as error:
        # The module is the user's: whatever it raises is what the user has to know.
        raise ValueError(f"the task {name!r} cannot be imported: {type(error).__name__}: {error}") from error
    if not (isinstance(found, type) and issubclass(found, Task)):
        raise ValueError(f"{name!r} is not a subclass of models.tasks.interface.task.Task")
    missing = sorted(found.__abstractmethods__) + [
        attribute for attribute in ("name", "columns", "monitor") if not hasattr(found, attribute)
    ]
    if missing:
        raise ValueError(f"the task {name!r} does not define {', '.join(missing)}")
    try:
        found()
    except Exception as error:
        raise ValueError(f"the task {name!r} cannot be made: {type(error).__name__}: {error}") from error
    return found
