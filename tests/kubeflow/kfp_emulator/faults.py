"""Where a test lets a pod die."""

import dataclasses
import pathlib
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class KillExecutor:
    """Kills the user's process with SIGKILL, as the kernel does where memory runs out; the launcher lives on.

    Attributes:
        task: The task.
        when: Given the pod's disk, says whether it is time; asked again and again while the process runs.
        attempt: The try, from 0.
    """

    task: str
    when: Callable[[pathlib.Path], bool]
    attempt: int = 0


@dataclasses.dataclass(frozen=True)
class KillLauncher:
    """Kills the launcher, and with it the container, after some files of the outputs are uploaded.

    Attributes:
        task: The task.
        after_uploads: How many files are in the object store by then.
        attempt: The try, from 0.
    """

    task: str
    after_uploads: int
    attempt: int = 0


class ContainerKilled(Exception):  # noqa: N818
    """The container is gone: whatever the launcher was about to do does not happen."""
