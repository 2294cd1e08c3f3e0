"""The name of the run that an executor is part of."""

from typing import Any


def run_name(context: Any) -> str:
    """What the runner calls the run; empty where there is none.

    Args:
        context: The executor's own, a `BaseExecutor.Context` or None.
    """
    # TFX's Kubeflow entrypoint gives its executors no run id; ours puts the run's name into the unique id, which has
    # no public accessor.
    return str(context.pipeline_run_id or context._unique_id) if context else ""
