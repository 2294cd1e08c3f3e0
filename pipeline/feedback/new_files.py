"""Files that appear whole, and never in place of others."""

import os
import pathlib
from collections.abc import Mapping

from models.user_error import UserError
from serving.durable_files import sync_folder, write_file


def write_new_files(contents: Mapping[pathlib.Path, bytes]) -> None:
    """Writes files beside, under hidden names, which no pattern matches, and gives them their names when all are there.

    Args:
        contents: By path; their folders are made.

    Raises:
        UserError: A file of this name is there, or nothing can be written.
    """
    unfinished = {path: path.with_name(f".{path.name}.{os.getpid()}.unfinished") for path in contents}
    path = next(iter(contents))
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(unfinished[path], content)
        for path, written in unfinished.items():
            # A link, unlike a renaming, fails where another has been quicker.
            os.link(written, path)
            sync_folder(path.parent)
    except FileExistsError as error:
        raise UserError(f"{path} is there already; nothing is overwritten") from error
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        for written in unfinished.values():
            written.unlink(missing_ok=True)
