"""Reads a config file, and says all that is wrong with it at once: place, rule and value."""

import pathlib
from collections.abc import Collection

from models.user_error import UserError
from pipeline.config import PipelineConfig
from pipeline.config_files.check import ConfigCheck
from pipeline.config_files.document import ConfigDocument
from pipeline.config_files.fault import Fault


def load_config(path: pathlib.Path, folder: pathlib.Path | None = None) -> PipelineConfig:
    """Reads and checks a config.

    Args:
        path: The YAML file.
        folder: From where relative paths are taken, instead of the file's own folder.

    Returns:
        The config, with absolute paths.

    Raises:
        UserError: The file cannot be read or is wrong; the message lists every fault with its line.
    """
    return config_as_written(path).relative_to(folder or path.parent, path.parent)


def config_as_written(path: pathlib.Path) -> PipelineConfig:
    """Reads and checks a config whose relative paths stay as they are.

    Args:
        path: The YAML file.

    Raises:
        UserError: As `load_config`.
    """
    check = ConfigCheck(ConfigDocument.read(path))
    if check.config is None:
        raise UserError(fault_list(path, check.faults))
    return check.config


def fault_list(path: pathlib.Path, faults: Collection[Fault]) -> str:
    """The message that tells all faults of a file, in the order of its lines."""
    title = f"{path} has {len(faults)} fault{'s' * (len(faults) > 1)}:"
    return "\n".join([title, *(f"  {fault}" for fault in sorted(faults, key=lambda fault: (fault.line, str(fault))))])
