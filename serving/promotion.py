"""What promotions ask of the versions of a model, and what they come to, wherever the versions lie."""

import dataclasses
import pathlib
from collections.abc import Mapping
from typing import Protocol

from serving.version_record import VersionOrigin, VersionRecord

STABLE = "stable"
"""The label of the version in service, where versions have labels."""


@dataclasses.dataclass(frozen=True)
class PromotedVersion:
    """The outcome of a promotion.

    Attributes:
        version: The version in service now.
        location: Where it is: a folder, or the address of one on an object store.
        is_new: False where the model was in service already, and nothing was done.
    """

    version: int
    location: str
    is_new: bool


@dataclasses.dataclass(frozen=True)
class JudgedAgainst:
    """What a model was judged against before its promotion was asked for.

    Attributes:
        version: The version that was in service then; None where there was none.
    """

    version: int | None


class StaleBaselineError(Exception):
    """Another version came into service after the model was judged; the message says which."""

    def __init__(self, judged_against: int | None, in_service: int | None) -> None:
        judged = "while none was in service" if judged_against is None else f"against version {judged_against}"
        now = "no version" if in_service is None else f"version {in_service}"
        super().__init__(f"judged {judged}, but {now} is in service now: run again")


class WithdrawnModelError(Exception):
    """The model was in service before and was rolled back from; the message says as which version, and why."""

    def __init__(self, version: int, reason: str) -> None:
        super().__init__(f"this model was in service as version {version} and was withdrawn: {reason}")


class NoSuchVersionError(Exception):
    """There is no such version, or none to go back to; the message says which there are."""


def check_promotion(source: pathlib.Path, keep_versions: int) -> None:
    """Refuses what can never be promoted.

    Raises:
        ValueError: `source` is not a SavedModel, or `keep_versions` is below 1.
    """
    if not (source / "saved_model.pb").is_file():
        raise ValueError(f"{source} is not a SavedModel: it has no saved_model.pb")
    if keep_versions < 1:
        raise ValueError(f"keep_versions must be at least 1, not {keep_versions}")


class ModelVersions(Protocol):
    """The versions of one model: what pipelines and commands ask of them."""

    @property
    def location(self) -> str:
        """The base folder, or its address on an object store."""

    def numbers(self) -> tuple[int, ...]:
        """All versions there are, in ascending order."""

    def location_of(self, version: int) -> str:
        """Where a version is."""

    def current(self) -> int | None:
        """The version that new models are judged against: that in service; None where there is none."""

    def labels(self) -> Mapping[str, int]:
        """Versions by label; empty where servers serve the highest version, whatever it is."""

    def fingerprint(self, version: int) -> str:
        """The `model_fingerprint` of a version."""

    def record(self, version: int) -> VersionRecord | None:
        """What is known of a version; None where somebody put it there by hand."""

    def withdrawn(self) -> Mapping[str, tuple[int, str]]:
        """The models that were rolled back from, by fingerprint: as which version they were in service, and why."""

    def promote(
        self,
        source: pathlib.Path,
        origin: VersionOrigin,
        keep_versions: int,
        judged_against: JudgedAgainst | None = None,
    ) -> PromotedVersion:
        """Puts a model into service under the next version, unless it is in service already.

        Args:
            source: A SavedModel; it is copied.
            origin: Who promotes it and why.
            keep_versions: How many versions stay, the new one included.
            judged_against: What the model was judged against, so that it replaces nothing else; None asks for nothing,
                as a person does who knows better.

        Returns:
            The version in service after the call.

        Raises:
            StaleBaselineError: Another version than `judged_against` is in service, and it is not this model.
            WithdrawnModelError: The model was judged, but a person has taken it out of service.
            ValueError: `source` is not a SavedModel, or `keep_versions` is below 1.
        """

    def rollback(self, to: int | None, promoted_by: str, reason: str) -> PromotedVersion:
        """Puts an earlier version into service again; what came since then is withdrawn: no run promotes it again.

        Args:
            to: The version; None for the newest one before that in service with another model, itself not withdrawn.
            promoted_by: The person.
            reason: Why, in words.

        Returns:
            The version in service after the call.

        Raises:
            NoSuchVersionError: There is none to go back to.
        """

    def prune(self, keep_versions: int) -> tuple[int, ...]:
        """Deletes all promoted versions but the newest, and returns the deleted ones.

        Args:
            keep_versions: How many stay, at least 1.
        """

    def attach(self, version: int, path: pathlib.PurePosixPath, content: bytes) -> None:
        """Adds a file that changes no answer to a version, in one step, unless it has that file.

        Args:
            version: The version.
            path: The file's path inside the SavedModel.
            content: The file.
        """

    def fetch(self, version: int, into: pathlib.Path) -> pathlib.Path:
        """A version as a folder of this machine: where it lies already, or copied into an empty folder.

        Args:
            version: The version.
            into: Where a copy may go; it is made if it is needed.
        """
