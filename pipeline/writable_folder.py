"""Finds out whether a folder can be written before hours of work end there."""

import pathlib
import tempfile
from typing import NamedTuple

from models.user_error import UserError
from serving.config import ServingConfig


class WriteRefusal(NamedTuple):
    """Why a folder cannot be written, and what to do."""

    text: str
    way_out: str


def nearest_folder(folder: pathlib.Path) -> pathlib.Path:
    """The folder, or the first above it that is there."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def write_refusal(folder: pathlib.Path) -> WriteRefusal | None:
    """Writes a file that vanishes at once; None where that went well.

    Args:
        folder: It need not exist: what is asked is then whether it can be made.
    """
    existing = nearest_folder(folder)
    if not existing.is_dir():
        return WriteRefusal(f"{existing} is a file where a folder has to be", "move it, or change the config")
    try:
        with tempfile.TemporaryFile(dir=existing):
            return None
    except OSError as error:
        return WriteRefusal(f"{existing} cannot be written: {error.strerror}", "change its rights, or the config")


def check_serving_folder(serving: ServingConfig, name: str) -> None:
    """Checks that a model can be promoted; of an object store, the promotion itself tells.

    Args:
        serving: Where served models are.
        name: The model's name.

    Raises:
        UserError: Its folder cannot be written.
    """
    if serving.on_object_store:
        return
    refusal = write_refusal(pathlib.Path(serving.directory).resolve() / name)
    if refusal:
        raise UserError(f"nothing could be promoted: serving.directory: {refusal.text}; {refusal.way_out}")
