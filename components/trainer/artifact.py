"""The artifact type of Trainer's output beside the model."""

from tfx.types.artifact import Artifact


class Predictions(Artifact):
    """A folder with the network's answers to raw texts of the eval split, read with `read_expected_answers`."""

    TYPE_NAME = "components.Predictions"
