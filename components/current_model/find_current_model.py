"""Finds the version in service."""

from components.current_model.record import CurrentModelRecord
from serving.version_store import VersionStore


def find_current_model(serving_directory: str, model_name: str) -> CurrentModelRecord:
    """Finds the version that TensorFlow Serving serves now.

    Args:
        serving_directory: Holds the base folders of all models.
        model_name: The model's name.
    """
    store = VersionStore(serving_directory, model_name)
    version = store.current()
    if version is None:
        return CurrentModelRecord()
    return CurrentModelRecord(version, str(store.versions()[version]), store.fingerprint(version))
