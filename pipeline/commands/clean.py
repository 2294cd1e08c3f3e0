"""`bertline clean`: removes what old runs left."""

import pathlib
from typing import Annotated

import typer


def clean(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    keep: Annotated[int, typer.Option(min=1, help="How many of the newest runs stay.")] = 5,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and remove nothing.")] = False,
) -> None:
    """Remove artifacts, metadata and logs of old runs; runs that made a served version always stay."""
    from pipeline.config_files.load_config import load_config
    from pipeline.places import runs_folder
    from pipeline.runs.clean_up import carry_out, plan_clean_up
    from pipeline.runs.history import RunHistory
    from pipeline.runs.lock import run_lock
    from serving.open_versions import open_versions

    loaded = load_config(config)
    history = RunHistory(runs_folder(loaded))
    if not history.records():
        print(f"bertline: no runs are known in {history.runs_folder}; nothing was removed")
        return
    with run_lock(history.runs_folder):
        clean_up = plan_clean_up(history, open_versions(loaded.serving, loaded.name), keep)
        if not dry_run:
            carry_out(clean_up, history)
    for record, reason in clean_up.kept:
        print(f"kept     {record.run}  {reason}")
    verb = "would go" if dry_run else "removed"
    for record in clean_up.removed:
        print(f"{verb:<8} {record.run}")
    print(f"bertline: {verb}: {len(clean_up.removed)} runs, {clean_up.num_bytes / 1e6:,.1f} MB")
