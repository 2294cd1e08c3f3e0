"""Whether the files of a folder have changed."""

import pathlib


def folder_stamp(folder: pathlib.Path) -> object:
    """A value that is equal for equal files, as far as names, sizes and times tell.

    Args:
        folder: A folder, which may change or vanish meanwhile.
    """
    stamp = []
    for path in sorted(folder.rglob("*")):
        try:
            status = path.stat()
        except OSError:
            continue
        stamp.append((str(path), status.st_size, status.st_mtime_ns))
    return tuple(stamp)
