"""`bertline rollback`: puts an earlier version into service again."""

import pathlib
from typing import Annotated

import typer


def rollback(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why; it is kept with the version.", show_default=False)],
    to: Annotated[
        int | None, typer.Option(help="The version to go back to; without it, the last good one before.")
    ] = None,
) -> None:
    """Put an earlier version into service again, under the next number, since servers load the highest.

    No run promotes the model that was rolled back from again; `bertline promote --force` can.
    """
    import getpass

    from models.user_error import UserError
    from pipeline.config_files.load_config import load_config
    from serving.open_versions import open_versions
    from serving.promotion import NoSuchVersionError

    if not reason.strip():
        raise UserError("--reason must not be empty: those who come after must know why")
    loaded = load_config(config)
    try:
        back = open_versions(loaded.serving, loaded.name).rollback(to, getpass.getuser(), reason)
    except NoSuchVersionError as error:
        raise UserError(f"{error}; `bertline models {config}` lists them") from error
    print(f"bertline: version {back.version} of {loaded.name} is in service: {back.location}")
