"""Which entries of a model's base folder TensorFlow Serving takes for versions."""

import pathlib
import re

_INTEGER = re.compile(r"-?[0-9]+", re.ASCII)


def version_number(name: str) -> int | None:
    """The version that a folder's name stands for.

    TensorFlow Serving reads names as 64-bit integers and skips all others
    (tensorflow_serving/sources/storage_path/file_system_storage_path_source.cc).

    Args:
        name: Name of an entry of the base folder, such as `00000123`.

    Returns:
        The number, such as 123, or None where the server would skip the entry.
    """
    if not _INTEGER.fullmatch(name):
        return None
    number = int(name)
    return number if -(2**63) <= number < 2**63 else None


def version_folders(base: pathlib.Path) -> dict[int, pathlib.Path]:
    """The versions that a server would find.

    Args:
        base: The model's base folder; it need not exist.

    Returns:
        Folders by version, in ascending order. Of two names of one version (`7`, `007`) the server takes the one that
        sorts last.
    """
    folders: dict[int, pathlib.Path] = {}
    for entry in sorted(base.iterdir()) if base.is_dir() else ():
        number = version_number(entry.name)
        if number is not None and entry.is_dir():
            folders[number] = entry
    return dict(sorted(folders.items()))
