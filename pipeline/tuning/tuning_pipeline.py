"""The DAG of a search: the line, and a Tuner beside its Trainer."""

import pathlib

from tfx.components.transform.component import Transform
from tfx.dsl.components.base.base_node import BaseNode
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
    task = config.chosen_task().to_json()
    settings = TunerSettings(task, config.model, config.training, config.tuning, str(searches), tokenisations)

    def tuner(transform: Transform) -> list[BaseNode]:
        examples, graph = transform.outputs["transformed_examples"], transform.outputs["transform_graph"]
        return [Tuner(examples=examples, transform_graph=graph, tuner_fn=import_path(tuner_fn), settings=settings)]

    # The components after Transform stay, though they do not run: TFX compiles no node whose successors are missing.
    return create_pipeline(config, local_places(config), tuner)
