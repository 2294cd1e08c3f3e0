"""`bertline config`: checks a config, and shows its defaults and its JSON schema."""

import pathlib
from typing import Annotated

import typer


def config(
    config: Annotated[pathlib.Path | None, typer.Argument(help="The pipeline's YAML file.", show_default=False)] = None,
    defaults: Annotated[
        bool, typer.Option("--defaults", help="Print the config with every default filled in.")
    ] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON schema of all configs, for editors; needs no CONFIG.")
    ] = False,
) -> None:
    """Check a config, and that the files it names are there."""
    if schema == (config is not None) or (schema and defaults):
        raise typer.BadParameter("give either a CONFIG, with or without --defaults, or --schema alone")
    if config is None:
        _print_schema()
    elif defaults:
        _print_defaults(config)
    else:
        _check(config)


def _print_schema() -> None:
    import json

    from pipeline.config_files.schema import config_schema

    print(json.dumps(config_schema(), indent=2, ensure_ascii=False))


def _print_defaults(path: pathlib.Path) -> None:
    import yaml

    from pipeline.config_files.load_config import config_as_written

    values = config_as_written(path).model_dump(mode="json")
    print(yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=100), end="")


def _check(path: pathlib.Path) -> None:
    from models.user_error import UserError
    from pipeline.config_files.document import ConfigDocument
    from pipeline.config_files.fault import Fault
    from pipeline.config_files.load_config import fault_list, load_config
    from pipeline.config_files.named_sources import local_files, missing_sources

    loaded = load_config(path)
    missing = missing_sources(loaded)
    if missing:
        document = ConfigDocument.read(path)
        raise UserError(
            fault_list(path, [Fault(document.line_of(place), place, text) for place, text in missing.items()])
        )
    num_files = len(local_files(loaded.data))
    files = f"{num_files} data file{'s' * (num_files != 1)} on this machine"
    print(f"{path} is right: {loaded.task} with {loaded.model.preset}, {files}")
