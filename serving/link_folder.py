"""Copies of model folders that take no room, where the file system can do that."""

import os
import pathlib
import shutil


def link_folder(source: pathlib.Path, target: pathlib.Path) -> None:
    """Makes a folder with the files of another: hard links where both are on one file system that has them.

    Args:
        source: A folder whose files nobody changes.
        target: The new folder, which must not exist.
    """
    shutil.copytree(source, target, copy_function=_link_or_copy)


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
