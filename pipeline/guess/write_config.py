"""Writes a guessed config, once it is known to load."""

import os
import pathlib

from models.user_error import UserError
from pipeline.config_files.load_config import load_config
from pipeline.guess.config_text import config_text
from pipeline.guess.guess_config import GuessedConfig


def write_config(path: pathlib.Path, guessed: GuessedConfig, overwrite: bool) -> None:
    """Writes a config file in one step.

    Args:
        path: The file.
        guessed: What it says.
        overwrite: Whether a file that is there may be replaced.

    Raises:
        UserError: It is there already, cannot be written, or does not load.
    """
    if path.is_dir():
        raise UserError(f"{path} is a folder; name a file: -o FILE")
    if path.exists() and not overwrite:
        raise UserError(f"{path} is there already; overwrite it with --force, or write another file with -o FILE")
    text = config_text(
        "Written by `bertline init`. All fields: docs/configuration.md", guessed.values, guessed.comments
    )
    # Beside the file: relative paths are taken from there.
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_text(text, encoding="utf-8")
        _check(unfinished, path)
        unfinished.replace(path)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _check(unfinished: pathlib.Path, path: pathlib.Path) -> None:
    try:
        load_config(unfinished)
    except UserError as error:
        raise UserError(f"nothing was written: {str(error).replace(str(unfinished), str(path))}") from error
