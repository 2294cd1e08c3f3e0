"""What a watch sees of a config and the files that it names, without reading them."""

import dataclasses
import os
import pathlib
from collections.abc import Iterable, Mapping

from components.text_example_gen.source_file import find_source_files
from models.user_error import UserError
from pipeline.config_files.load_config import load_config

_MAX_NAMED = 3

Stamp = tuple[float, ...]
"""A file's size, and when it was changed: of local files also when its status was, which no program can set back."""


@dataclasses.dataclass(frozen=True)
class Sight:
    """The files that a run would read now.

    Attributes:
        files: Their stamps by path; of data that come in spans, those of the spans that a run would read.
        fault: Why no run could begin, in words; empty where one could.
    """

    files: Mapping[str, Stamp]
    fault: str = ""

    def changes_since(self, earlier: "Sight") -> str:
        """What is new, changed or gone, in words; empty where nothing is."""
        changed = [path for path, stamp in self.files.items() if earlier.files.get(path, stamp) != stamp]
        found = {
            "new": [path for path in self.files if path not in earlier.files],
            "changed": changed,
            "gone": [path for path in earlier.files if path not in self.files],
        }
        return "; ".join(f"{what}: {_named(paths)}" for what, paths in found.items() if paths)


def look_at(config: pathlib.Path) -> Sight:
    """Looks at a config, and at the data and the schema that it names.

    Args:
        config: The config file.
    """
    try:
        files = _stamps([str(config)])
        loaded = load_config(config)
        files |= _stamps([loaded.schema_file] if loaded.schema_file else [])
    except (UserError, OSError) as error:
        return Sight(_stamps_of_those_there(config), str(error))
    try:
        # A file can go while they are listed.
        return Sight(files | _stamps(file.path for file in find_source_files(loaded.data)))
    except (UserError, OSError, ValueError) as error:  # Beam raises ValueError for an address it has no file system for
        return Sight(files, str(error))


def _stamps_of_those_there(config: pathlib.Path) -> dict[str, Stamp]:
    return _stamps([str(config)]) if config.is_file() else {}


def _stamps(paths: Iterable[str]) -> dict[str, Stamp]:
    every = list(paths)
    local = {path: os.stat(path) for path in every if "://" not in path}
    stamps: dict[str, Stamp] = {path: _stamp(status) for path, status in local.items()}
    return stamps | {path: _remote_stamp(path) for path in every if "://" in path}


def _remote_stamp(path: str) -> Stamp:
    # Its import takes seconds.
    from apache_beam.io.filesystems import FileSystems

    found = FileSystems.match([path])[0].metadata_list
    return (found[0].size_in_bytes, found[0].last_updated_in_seconds) if found else ()


def _stamp(status: os.stat_result) -> Stamp:
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _named(paths: list[str]) -> str:
    shown = ", ".join(paths[:_MAX_NAMED])
    return shown if len(paths) <= _MAX_NAMED else f"{shown} and {len(paths) - _MAX_NAMED} more"
