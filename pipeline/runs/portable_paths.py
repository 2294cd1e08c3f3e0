"""The paths of a provenance on disk: those inside the project are relative, so that it can be moved as a whole."""

import copy
import dataclasses
import os
import pathlib
from collections.abc import Callable, Mapping
from typing import Any

from pipeline.runs.provenance import Provenance

_PATH_FIELDS = (
    ("data", "train"), ("data", "eval"), ("data", "test"), ("data", "path"),
    ("model", "preset"), ("model", "scratch", "vocabulary"),
    ("serving", "directory"), ("schema_file",), ("runs_directory",),
)  # fmt: skip
"""The fields of a config that name files; `PipelineConfig.relative_to` makes the same ones absolute."""

_RELATIVE = "./"
"""Begins paths that are taken from the runs folder; no absolute path, address or preset's name begins so."""


def to_portable_paths(provenance: Provenance, runs_folder: pathlib.Path) -> Provenance:
    """A copy whose paths inside the project, the folder of `runs/`, are relative to the runs folder."""
    project = runs_folder.parent.parent

    def change(path: str) -> str:
        inside = os.path.isabs(path) and pathlib.Path(path).is_relative_to(project)
        return f"{_RELATIVE}{os.path.relpath(path, runs_folder)}" if inside else path

    return _with_paths(provenance, change)


def from_portable_paths(provenance: Provenance, runs_folder: pathlib.Path) -> Provenance:
    """The inverse of `to_portable_paths`, wherever the runs folder is now."""

    def change(path: str) -> str:
        return os.path.normpath(runs_folder / path) if path.startswith(_RELATIVE) else path

    return _with_paths(provenance, change)


def _with_paths(provenance: Provenance, change: Callable[[str], str]) -> Provenance:
    return dataclasses.replace(
        provenance,
        data={change(path): digest for path, digest in provenance.data.items()},
        config=_config_with_paths(provenance.config, change),
    )


def _config_with_paths(config: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    changed = copy.deepcopy(dict(config))
    for *sections, name in _PATH_FIELDS:
        holder: Any = changed
        for section in sections:
            holder = holder.get(section) or {}
        if isinstance(holder.get(name), str):
            holder[name] = change(holder[name])
    return changed
