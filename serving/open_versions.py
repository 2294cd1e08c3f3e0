"""The versions of a model, wherever its config says that they are."""

import pathlib
from typing import TYPE_CHECKING

from serving.config import ServingConfig
from serving.promotion import ModelVersions
from serving.version_store import VersionStore

if TYPE_CHECKING:
    from serving.named_versions.file_space import FileSpace
    from serving.named_versions.named_version_store import NamedVersionStore


def open_versions(serving: ServingConfig, name: str) -> ModelVersions:
    """Opens the place of a model's versions; nothing is created.

    Args:
        serving: Where served models are.
        name: The model's name.
    """
    return open_named_versions(serving, name) if serving.has_labels else VersionStore(serving.directory, name)


def open_named_versions(serving: ServingConfig, name: str) -> "NamedVersionStore":
    """As `open_versions`, for a config with labels."""
    # Here, since most configs need neither the clients of object stores nor the protos of servers.
    from serving.named_versions.named_version_store import NamedVersionStore, Served

    base_path = f"{(serving.served_from or serving.directory).rstrip('/')}/{name}"
    return NamedVersionStore(_files(serving, name), Served(name, base_path, serving.promote_to))


def _files(serving: ServingConfig, name: str) -> "FileSpace":
    if serving.on_object_store:
        from serving.named_versions.object_space import ObjectSpace

        return ObjectSpace(f"{serving.directory.rstrip('/')}/{name}")
    from serving.named_versions.folder_space import FolderSpace

    return FolderSpace(pathlib.Path(serving.directory).resolve() / name)
