"""`bertline label`: puts a label on a served version, or takes it away."""

import pathlib
from typing import Annotated

import typer


def label(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    label: Annotated[str, typer.Argument(help="Such as stable or canary.", show_default=False)],
    version: Annotated[
        int | None, typer.Argument(help="The version that gets it; without one, it is taken away.", show_default=False)
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; it is kept.", show_default=False)] = "",
) -> None:
    """Put a label on a served version: `label CONFIG stable 8` puts a canary into service.

    Clients ask for a label, and servers answer with its version. Needs `serving.models_config`.
    """
    import getpass

    from models.user_error import UserError
    from pipeline.config_files.load_config import load_config
    from serving.config import with_label
    from serving.open_versions import open_named_versions
    from serving.promotion import STABLE, NoSuchVersionError

    loaded = load_config(config)
    if not loaded.serving.has_labels:
        raise UserError(
            f"versions have labels where a models.config names them: `serving: {{models_config: true}}` in {config}"
        )
    store = open_named_versions(with_label(loaded.serving, label), loaded.name)
    if version is None and label == STABLE:
        raise UserError("the label stable says what is in service: give it to another version")
    try:
        if version is None:
            store.remove_label(label, getpass.getuser(), reason)
            print(f"bertline: no version of {loaded.name} is {label} any more")
        else:
            store.label(label, version, getpass.getuser(), reason)
            print(f"bertline: version {version} of {loaded.name} is {label}: {store.location_of(version)}")
    except NoSuchVersionError as error:
        raise UserError(f"{error}; `bertline models {config}` lists them") from error
