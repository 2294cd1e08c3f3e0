"""Whether the files of a folder have changed."""

import pathlib

_OF_OTHERS = "assets.extra"
"""The folder of a SavedModel that answers do not depend on: promotions and people add files to it later."""


def folder_stamp(folder: pathlib.Path) -> object:
    """A value that is equal for equal files, as far as names, sizes and times tell; `assets.extra` is left out.

    Args:
        folder: A folder, which may change or vanish meanwhile.
    """
    stamp = []
    for path in sorted(folder.rglob("*")):
        if path.relative_to(folder).parts[0] == _OF_OTHERS:
            continue
        try:
            status = path.stat()
        except OSError:
            continue
        stamp.append((str(path), status.st_size, status.st_mtime_ns))
    return tuple(stamp)
