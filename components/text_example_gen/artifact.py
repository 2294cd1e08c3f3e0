"""The artifact type of TextExampleGen's rejects."""

from tfx.types.artifact import Artifact


class RejectedRows(Artifact):
    """A folder with `rejects.jsonl`, one line for each rejected row, and `summary.json`, which counts all rows."""

    TYPE_NAME = "components.RejectedRows"
