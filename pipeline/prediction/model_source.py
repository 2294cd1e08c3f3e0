"""Where the answers to a command come from: the version in service on this machine, or a server."""

import contextlib
import dataclasses
import os
import pathlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.config import PipelineConfig
from pipeline.display.transient_note import transient_note
from pipeline.log_file import log_file
from pipeline.prediction.answers_rows import AnswersRows, LocalAnswers, ServerAnswers
from pipeline.prediction.server_access import ServerAccess

if TYPE_CHECKING:
    from pipeline.versions.version_in_service import VersionInService
    from serving.client import Retries


@dataclasses.dataclass(frozen=True)
class ModelSource:
    """A pipeline's model, and where it is.

    Attributes:
        config: The pipeline.
        config_path: Its file, for messages.
        server: What answers; None for the version in service on this machine.
    """

    config: PipelineConfig
    config_path: pathlib.Path
    server: ServerAccess | None = None

    def columns(self) -> Sequence[str]:
        """The texts that the model reads."""
        return self.config.chosen_task().build().signatures()["serving_default"].columns

    def local_version(self) -> "VersionInService":
        """The version in service, as a folder of this machine.

        Raises:
            UserError: There is none.
        """
        from pipeline.versions.version_in_service import version_in_service

        return version_in_service(self.config, self.config_path)

    def check(self) -> None:
        """Checks, before anything is read, what can be checked at once.

        Raises:
            UserError: No version is in service, or the server's address is none.
        """
        if self.server is None:
            self.local_version()
        else:
            self.server.client(self.config.name).close()

    @contextlib.contextmanager
    def opened(self, retries: "Retries | None" = None) -> Iterator[AnswersRows]:
        """Loads the model, which takes seconds, or connects to the server.

        Args:
            retries: Others than the usual ones, for a server.

        Raises:
            UserError: There is no model.
        """
        if self.server is not None:
            with self.server.client(self.config.name, retries) as client:
                yield ServerAnswers(client)
            return
        local = self.local_version()
        note = f"bertline: loading version {local.version} of {self.config.name}"
        with transient_note(note), log_file(pathlib.Path(os.devnull)):
            model = LocalAnswers(str(local.folder))
        yield model
