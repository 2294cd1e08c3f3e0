"""Keeps two runs of a pipeline apart: they share a metadata file."""

import contextlib
import pathlib
import time
from collections.abc import Iterator

from models.user_error import UserError
from serving.folder_lock import folder_lock

_NUM_ATTEMPTS = 5
_SECONDS_BETWEEN_ATTEMPTS = 0.2


@contextlib.contextmanager
def run_lock(runs_folder: pathlib.Path) -> Iterator[None]:
    """Holds the pipeline's folder for one run; it is created.

    Raises:
        UserError: Another run holds it.
    """
    runs_folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        for attempt in range(_NUM_ATTEMPTS):
            try:
                stack.enter_context(folder_lock(runs_folder, wait=False))
                break
            except BlockingIOError:
                # `bertline runs` holds it for a moment too, to see whether a run is going on.
                if attempt + 1 == _NUM_ATTEMPTS:
                    raise UserError(
                        f"another run or clean-up is going on in {runs_folder}; wait for its end, or stop it"
                    ) from None
                time.sleep(_SECONDS_BETWEEN_ATTEMPTS)
        yield
