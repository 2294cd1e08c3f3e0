"""From where the config's preset comes: whether the run needs the network for it."""

import os
import pathlib

from models.config import ModelConfig
from models.presets import BUNDLED
from models.user_error import UserError
from pipeline.config_files.keras_hub_presets import keras_hub_presets
from pipeline.config_files.named_preset import check_named_preset
from pipeline.doctor.finding import Finding
from pipeline.doctor.quantity import gigabytes

_WEIGHTS = ("model.safetensors", "model.weights.h5", "model.weights.json")
_BYTES_PER_PARAMETER = 4


def check_preset_source(model: ModelConfig) -> Finding:
    """Checks the preset as far as it is on this machine."""
    preset = model.preset
    try:
        check_named_preset(model.source, model.sequence_length)
    except UserError as error:
        return Finding("problem", str(error), "correct `model` in the config")
    if preset in BUNDLED:
        return Finding("ok", f"{preset} is bundled")
    if model.scratch:
        return Finding("ok", f"weights begin at random; {model.scratch.vocabulary} fits")
    known = keras_hub_presets().get(preset)
    if known or preset.startswith("kaggle://"):
        folder = kaggle_folder(known.handle if known else preset.removeprefix("kaggle://"))
        size = gigabytes(known.num_parameters * _BYTES_PER_PARAMETER) if known else "it"
        return _cached(preset, any((folder / name).is_file() for name in _WEIGHTS), size)
    if preset.startswith("hf://"):
        return _cached(preset, _is_in_hugging_face_cache(preset.removeprefix("hf://")), "it")
    if "://" in preset:
        return Finding("ok", f"{preset} is read when a run needs it; it was not looked at")
    return Finding("ok", f"{preset} is a folder that fits")


def kaggle_folder(handle: str) -> pathlib.Path:
    """Where kagglehub keeps a model."""
    cache = os.environ.get("KAGGLEHUB_CACHE") or pathlib.Path.home() / ".cache" / "kagglehub"
    return pathlib.Path(cache) / "models" / handle


def _is_in_hugging_face_cache(name: str) -> bool:
    import huggingface_hub

    return any(isinstance(huggingface_hub.try_to_load_from_cache(name, weights), str) for weights in _WEIGHTS)


def _cached(preset: str, is_cached: bool, size: str) -> Finding:
    if is_cached:
        return Finding("ok", f"{preset} is in the cache")
    return Finding("warning", f"{preset} is not in the cache", f"the first run downloads {size} over the network")
