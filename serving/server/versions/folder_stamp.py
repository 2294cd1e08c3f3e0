"""Whether the files of a folder have changed."""

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
    for path in sorted(folder.rglob("*")):
        if path.relative_to(folder).parts[0] == without:
            continue
        try:
            status = path.stat()
        except OSError:
            continue
        stamp.append((str(path), status.st_size, status.st_mtime_ns))
    return tuple(stamp)
