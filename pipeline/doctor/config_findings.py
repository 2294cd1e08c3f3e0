"""Whether the config is right, and the files that it names are there."""

import pathlib

from models.user_error import UserError
from pipeline.config import PipelineConfig
from pipeline.config_files.load_config import load_config
from pipeline.config_files.named_sources import missing_sources
from pipeline.doctor.finding import Finding


def read_config(path: pathlib.Path) -> tuple[PipelineConfig | None, Finding]:
    """Reads a config; None where it is wrong."""
    way_out = f"`bertline config {path}` tells all"
    try:
        config = load_config(path)
    except UserError as error:
        return None, Finding("problem", str(error).splitlines()[0].rstrip(":"), way_out)
    # The preset has a check of its own.
    missing = [text for place, text in missing_sources(config).items() if place != ("model", "preset")]
    if missing:
        return config, Finding("problem", "; ".join(missing), way_out)
    return config, Finding("ok", f"{path} is right, and the files that it names are there")
