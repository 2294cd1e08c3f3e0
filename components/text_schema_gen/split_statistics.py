"""The statistics of each split, as StatisticsGen writes them."""

import pathlib

from tensorflow_metadata.proto.v0 import statistics_pb2

# TFX's names: tfx.components.statistics_gen.stats_artifact_utils, whose import takes seconds.
_STATISTICS_FILE = "FeatureStats.pb"
_SPLIT_PREFIX = "Split-"


def read_split_statistics(folder: pathlib.Path) -> list[statistics_pb2.DatasetFeatureStatisticsList]:
    """Reads the statistics of all splits that have rows.

    Args:
        folder: The artifact of StatisticsGen.

    Returns:
        One entry for each split: `train` first, then by name.
    """
    paths = folder.glob(f"{_SPLIT_PREFIX}*/{_STATISTICS_FILE}")
    ordered = sorted(paths, key=lambda path: (path.parent.name != f"{_SPLIT_PREFIX}train", path.parent.name))
    statistics = [statistics_pb2.DatasetFeatureStatisticsList.FromString(path.read_bytes()) for path in ordered]
    return [split for split in statistics if split.datasets and split.datasets[0].num_examples]
