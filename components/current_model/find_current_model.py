"""Finds the version in service."""

from components.current_model.record import CurrentModelRecord
from serving.config import ServingConfig
from serving.open_versions import open_versions


def find_current_model(serving: ServingConfig, model_name: str) -> CurrentModelRecord:
    """Finds the version that TensorFlow Serving serves now.

    Args:
        serving: Where served models are.
        model_name: The model's name.
    """
    store = open_versions(serving, model_name)
    version = store.current()
    if version is None:
        return CurrentModelRecord()
    return CurrentModelRecord(version, store.location_of(version), store.fingerprint(version))
