"""Whether the files of a folder have changed."""

import os
import pathlib

OF_OTHERS = "assets.extra"
"""The folder of a SavedModel that answers do not depend on: promotions and people add files to it later."""


def folder_stamp(folder: pathlib.Path, without: str | None = None) -> object:
    """A value that is equal for equal files, as far as names, sizes and times tell.

    Args:
        folder: A folder, which may change or vanish meanwhile.
        without: A folder in it that does not count.
    """
    stamp = []
    # Unlike `rglob`, `walk` goes on where a folder vanishes between being found and being looked into.
    for root, folders, files in os.walk(folder):
        below = pathlib.PurePath(root).relative_to(folder)
        for name in (*folders, *files):
            if (below / name).parts[0] == without:
                continue
            try:
                status = os.stat(os.path.join(root, name))
            except OSError:
                continue
            stamp.append((str(below / name), status.st_size, status.st_mtime_ns))
    return sorted(stamp)
