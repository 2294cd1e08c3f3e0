"""The artifact types of TextExampleGen's outputs beside the examples."""

from tfx.types.artifact import Artifact


class RejectedRows(Artifact):
    """A folder with `rejects.jsonl`, one line for each rejected row, and `summary.json`, which counts all rows."""

    TYPE_NAME = "components.RejectedRows"


class LabelVocabulary(Artifact):
    """A folder with `labels.json`: the labels of the train split in the order of the model's classes, with counts."""

    TYPE_NAME = "components.LabelVocabulary"
