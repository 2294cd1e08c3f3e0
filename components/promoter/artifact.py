"""The artifact type of Promoter's output."""

from tfx.types.artifact import Artifact


class Promotion(Artifact):
    """A folder with `promotion.json`, which says whether the run's model is in service, and why or why not."""

    TYPE_NAME = "components.Promotion"
