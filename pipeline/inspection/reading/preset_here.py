"""Whether a preset can be read without the network."""

from models.config import ModelConfig
from pipeline.doctor.preset_source import check_preset_source

_WITH_A_CACHE = ("hf://", "kaggle://")


def why_not_here(model: ModelConfig) -> str:
    """Returns why a model's preset cannot be read on this machine as it is; empty where it can.

    Args:
        model: Names the preset.
    """
    found = check_preset_source(model)
    if found.state == "problem":
        return str(found)
    is_remote = "://" in model.preset and not model.preset.startswith(_WITH_A_CACHE)
    if found.state == "ok" and not is_remote:
        return ""
    return f"{model.preset} is not on this machine, and an inspection downloads nothing"
