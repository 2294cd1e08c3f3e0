"""`bertline models`: lists the served versions."""

import pathlib
from typing import Annotated

import typer


def models(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="A JSON array, with all metrics.")] = False,
) -> None:
    """List the served versions, the newest first: how good, by which run and by whom, and which one is in service."""
    import json

    from rich.console import Console

    from pipeline.config_files.load_config import load_config
    from pipeline.versions.listed_version import listed_versions
    from pipeline.versions.version_table import version_table
    from serving.open_versions import open_versions

    loaded = load_config(config)
    versions = listed_versions(open_versions(loaded.serving, loaded.name))
    if as_json:
        print(json.dumps([version.to_json() for version in versions], ensure_ascii=False, indent=2))
    elif not versions:
        print(f"no version of {loaded.name} is served yet; `bertline run {config}` promotes one that is good enough")
    else:
        metric = loaded.chosen_task().build().chosen_monitor().metric
        Console(highlight=False, markup=False, emoji=False).print(version_table(versions, metric))
