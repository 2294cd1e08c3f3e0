"""Reads a config as the containers on Kubeflow will see it."""

import pathlib

from pipeline.config import PipelineConfig
from pipeline.config_files.load_config import load_config
from pipeline.kubeflow.compile import Target, check_config


def load_for_kubeflow(
    path: pathlib.Path, image: str | None = None, pipeline_root: str | None = None, target: Target = "kubeflow"
) -> PipelineConfig:
    """Reads a config whose paths are those of the containers.

    Args:
        path: The config file.
        image: Stands for `kubeflow.image`.
        pipeline_root: Stands for `kubeflow.pipeline_root`.
        target: For which backend.

    Raises:
        UserError: The config is at fault, or Kubeflow cannot take it.
    """
    here = load_config(path)
    there = load_config(path, pathlib.Path(here.kubeflow.config_folder))
    given = {name: value for name, value in (("image", image), ("pipeline_root", pipeline_root)) if value}
    # The curated schema is read now and goes into the pipeline; all else is read in the containers.
    config = there.model_copy(
        update={"schema_file": here.schema_file, "kubeflow": there.kubeflow.model_copy(update=given)}
    )
    check_config(config, target)
    return config
