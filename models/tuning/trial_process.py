"""A trial in a process of its own: `python -m models.tuning.trial_process JOB`, where JOB is a file."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping

from models.tuning.trial_job import TrialJob

_SECONDS_BETWEEN_LOOKS = 1.0
_SECONDS_TO_STOP = 60.0


def start_trial(job: TrialJob, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """Starts the process of a trial, which leaves its record in the journal.

    Args:
        job: The trial.
        environment: What differs from this process's, such as the GPUs that it sees.
    """
    path = pathlib.Path(job.folder) / f"job-{job.number:04}.json"
    path.write_text(json.dumps(job.to_json()), encoding="utf-8")
    return subprocess.Popen(  # noqa: S603 (our own module, on a file of our own)
        [sys.executable, "-m", __name__, str(path)],
        env={**os.environ, **environment, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        # Ctrl-C reaches it from this process, once, and not from the terminal too.
        start_new_session=True,
    )


def stop_trial(process: "subprocess.Popen[bytes]") -> None:
    """Has a trial save a checkpoint and end, as Ctrl-C does."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(_SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _end_with_parent(parent: int) -> None:
    """Ends this process when its parent was killed: the next search would train the same trial beside it."""
    while os.getppid() == parent:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    os._exit(1)


def _main(path: str) -> None:
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    TrialJob.from_json(json.loads(pathlib.Path(path).read_text(encoding="utf-8"))).run()


if __name__ == "__main__":
    _main(sys.argv[1])
