"""What is known of a version: where it is in its life, and why it ended."""

import dataclasses
import enum

from serving.server.serving_error import ServingError


class State(enum.IntEnum):
    """The states of GetModelStatus, with its numbers."""

    START = 10
    LOADING = 20
    AVAILABLE = 30
    UNLOADING = 40
    END = 50


@dataclasses.dataclass(frozen=True)
class VersionState:
    """A state, and what went wrong if anything did."""

    state: State
    error: ServingError | None = None
