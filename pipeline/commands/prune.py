"""`bertline prune`: deletes old served versions."""

import pathlib
from typing import Annotated

import typer


def prune(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    keep: Annotated[
        int | None, typer.Option(min=1, help="How many of the newest stay; without it, the config's keep_versions.")
    ] = None,
) -> None:
    """Delete old versions; folders that bertline did not promote stay, and so does the one in service."""
    from pipeline.config_files.load_config import load_config
    from serving.open_versions import open_versions

    loaded = load_config(config)
    deleted = open_versions(loaded.serving, loaded.name).prune(keep or loaded.serving.keep_versions)
    for version in deleted:
        print(f"bertline: deleted version {version}")
    if not deleted:
        print("bertline: nothing to delete")
