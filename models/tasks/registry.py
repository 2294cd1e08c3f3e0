"""Finds a task by the name that a config gives."""

import difflib
import functools
import importlib
import pkgutil

import models.tasks
from models.tasks.task import Task

_NOT_TASKS = {"cell", "registry", "task"}


def task_names() -> tuple[str, ...]:
    """Names of the tasks that come with the project: the modules of this package."""
    names = {module.name for module in pkgutil.iter_modules(models.tasks.__path__)}
    return tuple(sorted(names - _NOT_TASKS))


@functools.cache
def task_named(name: str) -> Task:
    """Returns a task of the project, or one from outside it.

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
    task: Task = module.TASK
    return task


def _user_task(name: str, module_name: str, class_name: str) -> Task:
    if not module_name or module_name.startswith("."):
        raise ValueError(f"the task {name!r} is not `package.module:Class` with the module's full name")
    try:
        task_class = getattr(importlib.import_module(module_name), class_name)
    except Exception as error:
        # The module is the user's: whatever it raises is what the user has to know.
        raise ValueError(f"the task {name!r} cannot be imported: {type(error).__name__}: {error}") from error
    if not (isinstance(task_class, type) and issubclass(task_class, Task)):
        raise ValueError(f"{name!r} is not a subclass of models.tasks.task.Task")
    missing = sorted(task_class.__abstractmethods__) + [
        attribute for attribute in ("name", "columns", "monitor") if not hasattr(task_class, attribute)
    ]
    if missing:
        raise ValueError(f"the task {name!r} does not define {', '.join(missing)}")
    try:
        return task_class()
    except Exception as error:
        raise ValueError(f"the task {name!r} cannot be made: {type(error).__name__}: {error}") from error
