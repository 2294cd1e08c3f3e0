"""The folder of a second run."""

import contextlib
import pathlib
import shutil
import sys
import tempfile
from collections.abc import Iterator

from models.user_error import UserError
from pipeline.runs.interruption import InterruptedRunError


@contextlib.contextmanager
def place_of_second_run(keep: pathlib.Path | None) -> Iterator[pathlib.Path]:
    """Gives a folder, which is removed at the end, but for one that is to be kept, or that tells of a fault.

    Args:
        keep: A new folder that is kept; None for one among the system's temporary ones.

    Raises:
        UserError: `keep` holds something already.
    """
    folder = _new_folder(keep)
    try:
        yield folder
    except InterruptedRunError:
        _remove(folder, keep)
        # Its own words are of runs that go on where they were.
        raise InterruptedRunError("stopped; the second run begins anew when you ask again") from None
    except BaseException:
        if any(folder.glob("runs/*/history")):
            sys.stderr.write(f"bertline: what the second run left is in {folder}\n")
        else:
            shutil.rmtree(folder)
        raise
    _remove(folder, keep)


def _new_folder(keep: pathlib.Path | None) -> pathlib.Path:
    if keep is None:
        return pathlib.Path(tempfile.mkdtemp(prefix="bertline-reproduce-")).resolve()
    if keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise UserError(f"--keep {keep}: is there already; name a new folder")
    keep.mkdir(parents=True, exist_ok=True)
    return keep.resolve()


def _remove(folder: pathlib.Path, keep: pathlib.Path | None) -> None:
    if keep is None:
        shutil.rmtree(folder)
