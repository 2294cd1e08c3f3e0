"""Whether a run or a promotion is going on, or left something half-done."""

import pathlib

from pipeline.doctor.finding import Finding
from pipeline.doctor.quantity import some
from serving.folder_lock import is_locked
from serving.version_store import VersionStore


def check_runs_folder(folder: pathlib.Path) -> Finding:
    """Tells whether a run is going on; a lock whose holder died is free.

    Args:
        folder: Of one pipeline's runs.
    """
    if not folder.is_dir():
        return Finding("ok", "no run so far")
    if is_locked(folder):
        return Finding("warning", f"a run or clean-up is going on in {folder}", "another one has to wait for its end")
    return Finding("ok", "no run is going on")


def check_served_versions(store: VersionStore) -> Finding:
    """Looks for versions that a server could not load, and for what a killed promotion left."""
    if not store.base.is_dir():
        return Finding("ok", "no version so far")
    if is_locked(store.base):
        return Finding("warning", f"a promotion is going on in {store.base}", "wait for its end")
    versions = store.versions()
    broken = [str(folder) for folder in versions.values() if not (folder / "saved_model.pb").is_file()]
    if broken:
        return Finding("problem", f"{some(broken)}: no saved_model.pb, so that no server can load it", "delete it")
    unfinished = [entry.name for entry in sorted(store.base.iterdir()) if entry.is_dir() and entry.name[0] == "."]
    if unfinished:
        return Finding(
            "warning", f"a promotion was stopped midway and left {some(unfinished)}", "the next promotion removes it"
        )
    number = f"version {store.current()} is in service" if versions else "no version so far"
    return Finding("ok", f"{number} in {store.base}")
