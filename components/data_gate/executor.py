"""The work of DataGate."""

import dataclasses
import json
import pathlib
from typing import Any

from tensorflow_metadata.proto.v0 import anomalies_pb2
from tfx.dsl.components.base.base_executor import BaseExecutor
from tfx.types import Artifact
from tfx.types.artifact_utils import decode_split_names, get_single_instance, get_single_uri, get_split_uri

from components.data_gate.anomaly_table import anomaly_table
from components.data_gate.found_anomaly import FoundAnomaly, find_anomalies
from models.user_error import UserError

# TFX's name for it: tfx.components.example_validator.executor.DEFAULT_FILE_NAME, whose import takes seconds.
_ANOMALIES_FILE = "SchemaDiff.pb"

_REDACTED = "(left out by redact: true)"


class Executor(BaseExecutor):
    """Reads ExampleValidator's findings; any one stops the run."""

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Looks at every split.

        Raises:
            UserError: There are anomalies; the message has a table of them and says what to do.
        """
        artifacts = input_dict["anomalies"]
        splits = decode_split_names(get_single_instance(artifacts).split_names)
        found = [anomaly for split in splits for anomaly in _read_split(artifacts, split)]
        if found and exec_properties.get("redact"):
            found = [dataclasses.replace(anomaly, details=_REDACTED) for anomaly in found]
        if found:
            raise UserError(_message(found))
        folder = pathlib.Path(get_single_uri(output_dict["gate"]))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "gate.json").write_text(json.dumps({"passed": True, "splits": splits}), encoding="utf-8")


def _read_split(artifacts: list[Artifact], split: str) -> list[FoundAnomaly]:
    path = pathlib.Path(get_split_uri(artifacts, split)) / _ANOMALIES_FILE
    return find_anomalies(split, anomalies_pb2.Anomalies.FromString(path.read_bytes()))


def _message(found: list[FoundAnomaly]) -> str:
    return (
        f"The data does not fit the schema:\n\n{anomaly_table(found)}\n\n"
        "Mend the data; or, where the data is right, write its schema with `bertline schema CONFIG`, look at it, and "
        "run again."
    )
