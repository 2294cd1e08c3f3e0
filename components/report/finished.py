"""A run that has come to its report."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from tfx.types import Artifact
from tfx.types.artifact_utils import decode_split_names, get_split_uri

from components.report.config import ReportConfig
from models.tasks.interface.task import Task


@dataclasses.dataclass(frozen=True)
class Finished:
    """What Report is told, and where the rest is to be read.

    Attributes:
        run: Its name.
        task: Its task.
        config: The whole config, JSON values.
        code: A fingerprint of the code that ran.
        inputs: The artifacts, by the names of Report's inputs.
    """

    run: str
    task: Task
    config: Mapping[str, Any]
    code: str
    inputs: Mapping[str, Artifact]

    def uri(self, name: str) -> str:
        """The folder of an artifact."""
        return str(self.inputs[name].uri)

    def shows_texts(self) -> bool:
        """Whether texts of the data may stand on the page."""
        return ReportConfig.model_validate(self.config["report"]).texts and not self.config.get("redact", False)

    def split_uris(self, name: str) -> dict[str, str]:
        """The folder of each split of an artifact."""
        artifact = self.inputs[name]
        return {split: get_split_uri([artifact], split) for split in decode_split_names(artifact.split_names)}
