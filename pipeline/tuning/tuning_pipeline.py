"""The DAG of a search: the line, and a Tuner beside its Trainer."""

import pathlib

from tfx.orchestration.pipeline import Pipeline

from components.tuner.component import Tuner
from models.tuning.tuner_fn import tuner_fn
from models.tuning.tuner_settings import Tokenisation, TunerSettings
from pipeline.config import PipelineConfig
from pipeline.dag import create_pipeline
from pipeline.import_path import import_path
from pipeline.places import local_places


def create_tuning_pipeline(
    config: PipelineConfig, searches: pathlib.Path, tokenisations: tuple[Tokenisation, ...]
) -> Pipeline:
    """Builds the DAG; the components that it has in common with a run are the same, and so are their results.

    Args:
        config: What to tune.
        searches: Where searches keep their trials.
        tokenisations: For trials with another preset or length.
    """
    line = create_pipeline(config, local_places(config))
    transform = next(node for node in line.components if node.id == "Transform")
    settings = TunerSettings(
        config.chosen_task().to_json(), config.model, config.training, config.tuning, str(searches), tokenisations
    )
    tuner = Tuner(
        examples=transform.outputs["transformed_examples"],
        transform_graph=transform.outputs["transform_graph"],
        tuner_fn=import_path(tuner_fn),
        settings=settings,
    )
    # The others stay, though they do not run: TFX compiles no node whose successors are missing.
    line.components = [*line.components, tuner]
    return line
