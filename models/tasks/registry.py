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
        ValueError: There is no such task; the message names the nearest.
    """
    module_name, _, class_name = name.partition(":")
    if class_name:
        try:
            task_class = getattr(importlib.import_module(module_name), class_name)
        except (ImportError, AttributeError) as error:
            raise ValueError(f"the task {name!r} cannot be imported: {error}") from error
        if not (isinstance(task_class, type) and issubclass(task_class, Task)):
            raise ValueError(f"{name!r} is not a subclass of models.tasks.task.Task")
        return task_class()
    if name not in task_names():
        nearest = difflib.get_close_matches(name, task_names(), n=1)
        hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
        raise ValueError(f"there is no task {name!r}{hint} Tasks: {', '.join(task_names())}")
    module = importlib.import_module(f"models.tasks.{name}")
    task: Task = module.TASK
    return task
