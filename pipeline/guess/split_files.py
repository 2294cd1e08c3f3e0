"""Tells which of the user's files is for which split, and finds those that lie beside."""

import glob
import os
import pathlib
import re
from collections.abc import Sequence
from typing import NamedTuple

from components.text_example_gen.config import SPLITS, SplitName
from models.user_error import UserError

_ROLES: dict[str, SplitName] = {
    "train": "train",
    "training": "train",
    "eval": "eval",
    "evaluation": "eval",
    "dev": "eval",
    "development": "eval",
    "valid": "eval",
    "validation": "eval",
    "val": "eval",
    "test": "test",
    "testing": "test",
}
_WORD = re.compile(r"[A-Za-z]+")


class SplitFiles(NamedTuple):
    """Which file is for which split.

    Attributes:
        of_split: The file of each split; empty where the rows of all files are split by their content.
        to_split: The files whose rows are split by their content.
        pattern: What `data.path` names them by.
        found: Those of `of_split` that the user did not name.
        test_is_eval: Whether a test file stands in for the eval split's.
    """

    of_split: dict[SplitName, pathlib.Path]
    to_split: tuple[pathlib.Path, ...] = ()
    pattern: str = ""
    found: frozenset[pathlib.Path] = frozenset()
    test_is_eval: bool = False

    @property
    def paths(self) -> tuple[pathlib.Path, ...]:
        """All files, the train split's first."""
        return (*(self.of_split[name] for name in SPLITS if name in self.of_split), *self.to_split)


def without_role(name: str) -> str:
    """A file's name without the word that tells its split: `_en.csv` for `train_en.csv`."""
    return _WORD.sub(lambda word: "" if word[0].casefold() in _ROLES else word[0], name)


def begins_with_role(name: str) -> bool:
    """Whether a file's name tells its split before all else."""
    word = _WORD.match(name)
    return word is not None and word[0].casefold() in _ROLES


def split_files(paths: Sequence[pathlib.Path]) -> SplitFiles:
    """Returns which file is for which split.

    Files of their own are taken where there is one for training and one to judge by, named by the user or beside the
    only file that is; a test file stands in where there is no eval file. Otherwise all are split by their content.

    Args:
        paths: What the user named.

    Raises:
        UserError: Several files of which it cannot be told.
    """
    files = list(dict.fromkeys(paths))
    roles = _by_role([*files, *(_siblings(files[0]) if len(files) == 1 else ())])
    test_is_eval = "test" in roles and "eval" not in roles
    if test_is_eval:
        roles["eval"] = roles.pop("test")
    if {"train", "eval"} <= set(roles) and set(files) <= set(roles.values()):
        ordered = {name: roles[name] for name in SPLITS if name in roles}
        found = frozenset(ordered.values()) - set(files)
        return SplitFiles(ordered, found=found, test_is_eval=test_is_eval)
    return in_one(files)


def role_of(path: pathlib.Path) -> SplitName | None:
    """The split that a file's name tells; None where it tells none, or several."""
    named = {_ROLES[word.casefold()] for word in _WORD.findall(path.name) if word.casefold() in _ROLES}
    return named.pop() if len(named) == 1 else None


def in_one(files: Sequence[pathlib.Path]) -> SplitFiles:
    """Splits files by their content.

    Raises:
        UserError: There are several, and no pattern of names stands for just these.
    """
    if len(files) == 1:
        return SplitFiles({}, tuple(files), str(files[0]))
    names = [str(path) for path in files]
    start = _common_start(names)
    end = _common_start([name[len(start) :][::-1] for name in names])[::-1]
    pattern = f"{start}*{end}"
    if "/" in pattern[len(start) :] or set(glob.glob(pattern)) != set(names):
        raise UserError(
            f"it cannot be told what {', '.join(names)} are for: call them train, eval and test (as train.csv), or "
            "put files that are alike in a folder of their own, whose rows are then split by their content"
        )
    return SplitFiles({}, tuple(files), pattern)


def _common_start(names: Sequence[str]) -> str:
    return os.path.commonprefix(names)  # noqa: RUF071 (characters are meant)


def _by_role(paths: Sequence[pathlib.Path]) -> dict[SplitName, pathlib.Path]:
    """The first path of each role; those without one and further ones are left out."""
    roles: dict[SplitName, pathlib.Path] = {}
    for path in paths:
        role = role_of(path)
        if role:
            roles.setdefault(role, path)
    return roles


def _siblings(path: pathlib.Path) -> list[pathlib.Path]:
    """Files beside a file that are called as it is but for the role; none if its own name has no role."""
    if not role_of(path):
        return []
    rest = without_role(path.name).removesuffix(".gz")
    try:
        beside = sorted(path.parent.iterdir())
    except OSError:
        return []
    return [
        other
        for other in beside
        if other != path and role_of(other) and without_role(other.name).removesuffix(".gz") == rest and other.is_file()
    ]
