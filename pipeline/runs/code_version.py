"""The version of the project's own code and of its lock."""

import hashlib
import importlib.metadata
import os
import pathlib
import shutil
import subprocess

from pipeline.caching.code_fingerprint import PROJECT_PACKAGES
from pipeline.caching.run_fingerprint import code_of_run
from pipeline.runs.provenance import CodeVersion

_DISTRIBUTION = "bertline"
_ROOT = pathlib.Path(__file__).resolve().parents[2]
_LOCK = "requirements.txt"
_COUNTED = (*PROJECT_PACKAGES, _LOCK, "pyproject.toml")
"""What counts as a change to a commit: a config or data file of the user's, put into the checkout, does not."""

_TIMEOUT_SECONDS = 20


def code_version(task: str, root: pathlib.Path = _ROOT) -> CodeVersion:
    """Which code runs now.

    Args:
        task: The task, as the config names it.
        root: The folder that holds the project's packages.
    """
    commit = _git(root, "rev-parse", "HEAD")
    changes = _git(root, "status", "--porcelain", "--", *_COUNTED) if commit else None
    return CodeVersion(
        fingerprint=code_of_run(task),
        commit=commit,
        changed=None if changes is None else bool(changes),
        release=_release(),
    )


def lock_hash(root: pathlib.Path = _ROOT) -> str | None:
    """The SHA-256 of the lock in hex; None where there is none."""
    lock = root / _LOCK
    return hashlib.sha256(lock.read_bytes()).hexdigest() if lock.is_file() else None


def _release() -> str | None:
    try:
        return importlib.metadata.version(_DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return None


def _git(root: pathlib.Path, *arguments: str) -> str | None:
    """What git says of the checkout; None where there is no git or no checkout."""
    program = shutil.which("git")
    # Elsewhere git would answer for a checkout that the project was only installed into.
    if program is None or not (root / ".git").exists():
        return None
    # Inside a git hook these name another repository.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603 (git, and no shell)
            [program, "-C", str(root), *arguments],
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
            env=environment,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
