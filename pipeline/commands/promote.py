"""`bertline promote`: puts a run's model into service by hand."""

import pathlib
from typing import Annotated

import typer


def promote(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    run: Annotated[str | None, typer.Argument(help="The run's name or its beginning; without it, the newest.")] = None,
    force: Annotated[bool, typer.Option(help="Though it was refused, or judged against another version.")] = False,
    reason: Annotated[str, typer.Option(help="Why; it is kept with the version.", show_default=False)] = "",
) -> None:
    """Put the model of a run into service. Runs do that themselves with what is good enough."""
    import getpass

    from models.user_error import UserError
    from pipeline.config_files.load_config import load_config
    from pipeline.places import runs_folder
    from pipeline.runs.history import RunHistory
    from pipeline.versions.promote_run import Decision, promote_run
    from serving.version_store import VersionStore

    if force and not reason.strip():
        raise UserError("--force needs --reason TEXT: those who come after must know why")
    loaded = load_config(config)
    record = RunHistory(runs_folder(loaded)).record_of(run)
    store = VersionStore(loaded.serving.directory, loaded.name)
    promoted = promote_run(record, store, loaded.serving.keep_versions, Decision(getpass.getuser(), reason, force))
    state = "is in service" if promoted.is_new else "is this model, and in service already"
    print(f"bertline: version {promoted.version} of {loaded.name} {state}: {promoted.folder}")
