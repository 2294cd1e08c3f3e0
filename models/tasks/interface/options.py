"""What a user can set about a task, under `task_options`."""

from models.config import Section


class TaskOptions(Section):
    """A task that has options gives a subclass with a field for each."""
