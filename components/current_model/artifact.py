"""The artifact type of CurrentModel's output."""

from tfx.types.artifact import Artifact


class CurrentModelPointer(Artifact):
    """A folder with `current_model.json`, which says where the version in service is; never the model itself."""

    TYPE_NAME = "components.CurrentModelPointer"
