"""`bertline promote`: puts a run's model into service by hand."""

import pathlib
from typing import Annotated

import typer


def promote(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    run: Annotated[str | None, typer.Argument(help="The run's name or its beginning; without it, the newest.")] = None,
    force: Annotated[bool, typer.Option(help="Though it was refused, or judged against another version.")] = False,
    reason: Annotated[str, typer.Option(help="Why; it is kept with the version.", show_default=False)] = "",
    label: Annotated[
        str | None,
        typer.Option(help="The label to put it under, such as canary; without it, the config's promote_to."),
    ] = None,
) -> None:
    """Put the model of a run into service. Runs do that themselves with what is good enough."""
    import getpass

    from models.user_error import UserError
    from pipeline.config_files.load_config import load_config
    from pipeline.places import runs_folder
    from pipeline.runs.history import RunHistory
    from pipeline.versions.promote_run import Decision, promote_run
    from serving.config import with_label
    from serving.open_versions import open_versions

    if force and not reason.strip():
        raise UserError("--force needs --reason TEXT: those who come after must know why")
    loaded = load_config(config)
    record = RunHistory(runs_folder(loaded)).record_of(run)
    serving = loaded.serving
    if label is not None:
        serving = with_label(serving, label)
    store = open_versions(serving, loaded.name)
    promoted = promote_run(record, store, loaded.serving.keep_versions, Decision(getpass.getuser(), reason, force))
    state = f"is {serving.place}" if promoted.is_new else f"is this model, and {serving.place} already"
    print(f"bertline: version {promoted.version} of {loaded.name} {state}: {promoted.location}")
