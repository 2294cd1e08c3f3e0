"""What a run was made of: all that must be equal for another run to give the same model."""

import dataclasses
from collections.abc import Mapping
from typing import Any


@dataclasses.dataclass(frozen=True)
class CodeVersion:
    """Which code ran.

    Attributes:
        fingerprint: `code_of_run`: the project's modules that the run comes to, the task's, and the libraries'
            versions. Equal ones do the same.
        commit: The git commit of the project's checkout; None where it is none, as in the container image.
        changed: Whether code or locks differed from the commit; None where there is no commit.
        release: The version of the distribution; None where it is not installed as one.
    """

    fingerprint: str
    commit: str | None = None
    changed: bool | None = None
    release: str | None = None


@dataclasses.dataclass(frozen=True)
class Provenance:
    """What a run was made of.

    Attributes:
        code: Which code ran.
        lock: The SHA-256 of `requirements.txt`; None where the project has none beside it.
        libraries: Versions of Python and of the libraries that do the work.
        data: The BLAKE2b of each data file, by path.
        schema: The SHA-256 of the curated schema; None where there is none.
        preset: The fingerprint of the preset's files; its name where it is downloaded.
        config: The whole config with absolute paths, JSON values, but for whom to tell: that may name secrets.
        machine: Processor, cores, memory, accelerators and system, in words.
    """

    code: CodeVersion
    lock: str | None
    libraries: Mapping[str, str]
    data: Mapping[str, str]
    schema: str | None
    preset: str
    config: Mapping[str, Any]
    machine: Mapping[str, str]

    @property
    def seeds(self) -> dict[str, int]:
        """The config's seeds, by the fields' names."""
        return {"training.seed": self.config["training"]["seed"]}
