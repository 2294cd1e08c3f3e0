"""The file by which TensorFlow Serving learns which versions to load."""

from google.protobuf import text_format
from tensorflow_serving.config import model_server_config_pb2

from serving.named_versions.served_state import ServedState

MODELS_CONFIG = "models.config"
"""Its name in the base folder."""


def models_config(name: str, base_path: str, state: ServedState) -> str:
    """A text-format ModelServerConfig of one model.

    Args:
        name: The model's name.
        base_path: Where servers find the folders of its versions.
        state: Which of these they load, and under which labels.
    """
    config = model_server_config_pb2.ModelServerConfig()
    model = config.model_config_list.config.add(name=name, base_path=base_path, model_platform="tensorflow")
    model.model_version_policy.specific.versions.extend(state.served())
    model.version_labels.update(state.labels)
    told = f"# Written by bertline (change {state.serial}); promotions, rollbacks and labels replace it.\n"
    return told + text_format.MessageToString(config)
