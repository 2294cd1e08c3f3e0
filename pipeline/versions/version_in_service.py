"""The version in service as a folder of this machine."""

import dataclasses
import pathlib

from models.user_error import UserError
from pipeline.config import PipelineConfig
from pipeline.places import runs_folder
from serving.open_versions import open_versions


@dataclasses.dataclass(frozen=True)
class VersionInService:
    """A version that servers answer with.

    Attributes:
        version: Its number.
        folder: Its SavedModel: where it was promoted to, or a copy of what lies on an object store.
    """

    version: int
    folder: pathlib.Path


def version_in_service(config: PipelineConfig, path: pathlib.Path) -> VersionInService:
    """Finds the version in service, and fetches it where it is not on this machine.

    Args:
        config: The pipeline.
        path: Its file, for messages.

    Raises:
        UserError: None is in service yet.
    """
    versions = open_versions(config.serving, config.name)
    version = versions.current()
    if version is None:
        raise UserError(f"no version of {config.name} is in service yet; `bertline run {path}` trains and promotes one")
    # Versions never change, and a number is never used twice. Each has a base folder of its own: a server that is given
    # that finds no other.
    base = runs_folder(config) / "fetched" / f"version-{version}"
    return VersionInService(version, versions.fetch(version, base / str(version)))
