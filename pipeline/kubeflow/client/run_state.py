"""The states of a run on Kubeflow Pipelines, `V2beta1RuntimeState` in its API."""

from collections.abc import Mapping
from typing import Any

ENDED = ("SUCCEEDED", "SKIPPED", "FAILED", "CANCELED")
STOPPING = "CANCELING"
SUCCEEDED = ("SUCCEEDED", "SKIPPED")

STYLES: Mapping[str, str] = {"SUCCEEDED": "done", "FAILED": "failed", "CANCELED": "interrupted", "RUNNING": "running"}
"""The state of a run on this machine that looks the same; others have none."""


def state_of(run: Any) -> str:
    """The state of a run, which has none for the first moments.

    Args:
        run: A `V2beta1Run`.
    """
    return run.state or "PENDING"
