"""What a run needs of the machine, by rule of thumb."""

import dataclasses
import pathlib
from typing import Self

from models.config import ScratchConfig
from models.presets import preset_location
from models.user_error import UserError
from pipeline.config import PipelineConfig
from pipeline.config_files.keras_hub_presets import keras_hub_presets
from pipeline.config_files.named_sources import local_files

_UNKNOWN_WEIGHTS = 440_000_000
"""Bytes of bert-base: for a preset whose size cannot be told."""


@dataclasses.dataclass(frozen=True)
class RunNeeds:
    """What a run needs.

    Attributes:
        weights: Bytes of the preset's weights.
        data: Bytes of the data files, as they would be without gzip.
    """

    weights: int
    data: int

    @classmethod
    def of_config(cls, config: PipelineConfig) -> Self:
        """Looks at the sizes of the preset and of the data files of this machine."""
        try:
            files = local_files(config.data)
        except UserError:
            files = []
        # Text shrinks to about a quarter.
        data = sum(pathlib.Path(file.path).stat().st_size * (4 if file.gzip else 1) for file in files)
        return cls(_weights(config.model.source), data)

    @classmethod
    def of_preset(cls, preset: str) -> Self:
        """What a preset alone needs, with little data."""
        return cls(_weights(preset), 0)

    def disk_bytes(self) -> int:
        """Disk space: examples, tokens, statistics; the model, its best epoch, AdamW's state; one more version."""
        return 50_000_000 + 4 * self.data + 6 * self.weights

    def memory_bytes(self) -> int:
        """Memory: the imports, and training on CPU. The sample's run, of 91 MB of weights, took 2.5 GB at its peak."""
        return 1_600_000_000 + 10 * self.weights


def _weights(preset: str) -> int:
    scratch = ScratchConfig.of_source(preset)
    if scratch:
        return 4 * scratch.num_parameters()
    known = keras_hub_presets().get(preset)
    if known:
        return 4 * known.num_parameters
    try:
        folder = pathlib.Path(preset_location(preset))
    except UserError:
        return _UNKNOWN_WEIGHTS
    files = [*folder.glob("*.safetensors"), *folder.glob("*.weights.h5")]
    return sum(file.stat().st_size for file in files) or _UNKNOWN_WEIGHTS
