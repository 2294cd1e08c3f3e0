"""Paths as a config file has them."""

import os
import pathlib

_MAX_UP = 2


def config_path(folder: pathlib.Path, path: str) -> str:
    """A path as the config in a folder has it: relative where both lie near each other, absolute elsewhere."""
    # As the config is read: from the folder that a link leads to.
    start = folder.resolve()
    absolute = str(pathlib.Path(path).parent.resolve() / pathlib.Path(path).name)
    relative = os.path.relpath(absolute, start)
    is_near = os.path.commonpath([absolute, start]) != os.sep and relative.split(os.sep).count(os.pardir) <= _MAX_UP
    return relative if is_near else absolute
