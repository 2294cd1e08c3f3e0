"""Guesses the pipeline's name by its files."""

import pathlib
import re
import unicodedata

from pipeline.guess.split_files import begins_with_role, without_role

_FALLBACK = "texts"
_PLAIN_FOLDERS = {"data", "dataset", "datasets", "raw", "input"}
_MAX_CHARACTERS = 40


def guess_name(path: pathlib.Path, is_one_of_many: bool) -> tuple[str, str]:
    """Returns a name that the config takes, and where it is from: the file, or the folder of `train-00000.parquet`.

    Args:
        path: The file.
        is_one_of_many: Whether others are split together with it.
    """
    own = "" if is_one_of_many or begins_with_role(path.name) else _as_name(without_role(path.name.partition(".")[0]))
    if own:
        return own, "by the file's name"
    folders = [_as_name(folder.name) for folder in path.resolve().parents]
    telling = next((folder for folder in folders if folder not in _PLAIN_FOLDERS), "")
    return (telling, "by the folder's name") if telling else (_FALLBACK, "as no name of a file or folder tells one")


def _as_name(text: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", ascii_only.casefold()).strip("_")[:_MAX_CHARACTERS].strip("_")
