"""`bertline compare`: shows two served versions side by side."""

import pathlib
from typing import Annotated

import typer


def compare(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    one: Annotated[int, typer.Argument(help="A version.", show_default=False)],
    other: Annotated[int, typer.Argument(help="Another.", show_default=False)],
) -> None:
    """Compare two served versions by what their evaluations found.

    Each was judged on its own run's data; where these differ, so may the metrics.
    """
    from rich.console import Console

    from models.user_error import UserError
    from pipeline.config_files.load_config import load_config
    from pipeline.versions.listed_version import listed_versions
    from pipeline.versions.version_table import comparison_table
    from serving.open_versions import open_versions

    loaded = load_config(config)
    versions = {found.version: found for found in listed_versions(open_versions(loaded.serving, loaded.name))}
    for version in (one, other):
        if version not in versions:
            listed = ", ".join(map(str, sorted(versions))) or "none"
            raise UserError(f"there is no version {version} of {loaded.name}; there are {listed}")
    kinds = loaded.chosen_task().build().evaluation().metrics
    Console(highlight=False, markup=False, emoji=False).print(comparison_table(versions[one], versions[other], kinds))
