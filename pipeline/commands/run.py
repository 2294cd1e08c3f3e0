"""`bertline run`: runs a pipeline on this machine."""

import os
import pathlib
from typing import Annotated

import typer


def run(config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)]) -> None:
    """Run a pipeline: ingest, validate, fine-tune, evaluate, promote."""
    from models.presets import check_preset
    from pipeline.config_file import load_config
    from pipeline.display import Display
    from pipeline.log_file import log_file, new_log_path
    from pipeline.places import local_places

    loaded = load_config(config)
    # Each process would take all of a GPU's memory otherwise; read when TensorFlow is imported.
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    with log_file(pathlib.Path(os.devnull)):
        check_preset(loaded.model.preset, loaded.model.sequence_length)
    log_path = new_log_path(pathlib.Path(loaded.runs_directory) / loaded.name / "logs")
    with log_file(log_path) as terminal, Display(terminal, loaded.name, log_path) as display:
        from components.evaluator.verdict import read_verdict
        from components.promoter.outcome import read_promotion
        from pipeline.dag import create_pipeline
        from pipeline.local_runner import LocalRunner

        outputs = LocalRunner(display).run(create_pipeline(loaded, local_places(loaded)))
        promotion = read_promotion(outputs["Promoter"]["promotion"])
        verdict = read_verdict(outputs["Evaluator"]["evaluation"])
        if promotion.promoted:
            display.finish(
                f"version {promotion.version} of {loaded.name} is in service: {promotion.path}", verdict.reason
            )
        else:
            display.finish(f"nothing was promoted: {promotion.reason}")
