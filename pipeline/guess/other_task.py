"""Says of data that are not text classification's which task they are for."""

from models.tasks.registry import task_names

NO_PAIRS = "no task reads two texts yet"


def unavailable(task: str) -> str:
    """The end of a sentence on data of another task.

    Args:
        task: The name of the task that the data are for.
    """
    if task in task_names():
        return f"that is for the task {task}, for which `init` writes no config yet: write one by hand"
    return f"that is for the task {task}, which is not available yet"
