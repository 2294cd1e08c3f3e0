"""The artifact type of DataGate's output."""

from tfx.types.artifact import Artifact


class DataGateResult(Artifact):
    """A folder with `gate.json`, which says which splits were looked at and passed."""

    TYPE_NAME = "components.DataGateResult"
