"""What is compiled: the components' names, which the command line knows without TFX, and how statistics are counted."""

from typing import Any

import pytest

from pipeline.component_names import COMPONENTS
from pipeline.config import PipelineConfig


@pytest.fixture(scope="module")
def nodes() -> Any:
    """The compiled nodes of a pipeline, by name, in their order."""
    from tfx.dsl.compiler.compiler import Compiler

    from pipeline.dag import create_pipeline
    from pipeline.places import local_places

    config = PipelineConfig.model_validate(
        {"name": "x", "task": "text_classification", "data": {"path": "data.csv"}, "runs_directory": "/nowhere"}
    )
    compiled = Compiler().compile(create_pipeline(config, local_places(config)))
    return {node.pipeline_node.node_info.id: node.pipeline_node for node in compiled.nodes}


def test_they_are_the_line_in_its_order(nodes: Any) -> None:
    assert tuple(nodes) == COMPONENTS


def test_statistics_hold_no_value_of_each_text_in_memory(nodes: Any) -> None:
    from tensorflow_data_validation import StatsOptions

    options = nodes["StatisticsGen"].parameters.parameters["stats_options_json"].field_value.string_value
    assert StatsOptions.from_json(options).use_sketch_based_topk_uniques
