"""The artifact type of ServingValidator's findings."""

from tfx.types.artifact import Artifact


class ServingValidation(Artifact):
    """A folder with `validation.json`, which is read with `read_validation`."""

    TYPE_NAME = "components.ServingValidation"
