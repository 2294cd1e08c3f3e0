"""What the backend says no with."""


class Refused(Exception):  # noqa: N818 (it names what happened)
    """The API server takes no such pipeline or run."""


class DriverFailed(Exception):  # noqa: N818
    """The driver of a task fails: its container never starts, and nothing is tried again."""
