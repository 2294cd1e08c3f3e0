"""Waits for a run's end."""

import time
from collections.abc import Callable
from typing import Any

import kfp_server_api
import urllib3.exceptions

from pipeline.kubeflow.client.run_state import ENDED, state_of
from pipeline.kubeflow.client.session import Session

_MAX_FAILURES = 20
"""Questions in a row that may stay without an answer: a server that restarts does not end a night's waiting."""


def wait_for_end(session: Session, run_id: str, tell: Callable[[str], None], poll_seconds: float = 5) -> Any:
    """Asks for a run's state until it has ended.

    kfp's own `wait_for_run_completion` never returns from a run that was stopped.

    Args:
        session: Who asks.
        run_id: The run.
        tell: Gets each new state, in lower case.
        poll_seconds: The time between two questions.

    Returns:
        The run, a `V2beta1Run`.
    """
    told, failures = "", 0
    while True:
        try:
            run = session.client.get_run(run_id)
            failures = 0
        except (kfp_server_api.ApiException, urllib3.exceptions.HTTPError) as error:
            failures += 1
            if failures > _MAX_FAILURES or not _may_pass(error):
                raise
            time.sleep(poll_seconds)
            continue
        if state_of(run) != told:
            told = state_of(run)
            tell(told.lower())
        if told in ENDED:
            return run
        time.sleep(poll_seconds)


def what_went_wrong(run: Any) -> str:
    """Why a run did not succeed, as far as the server says.

    Args:
        run: A `V2beta1Run` that has ended.
    """
    details = run.run_details.task_details if run.run_details else None
    failed = [task.display_name for task in details or [] if task.state == "FAILED" and task.display_name]
    at = f" in {', '.join(failed)}" if failed else ""
    message = (run.error and run.error.message) or ""
    why = f": {message.strip()}" if message.strip() else ""
    return f"the run {'was stopped' if run.state == 'CANCELED' else 'failed'}{at}{why}"


def _may_pass(error: Exception) -> bool:
    return not isinstance(error, kfp_server_api.ApiException) or error.status >= 500
