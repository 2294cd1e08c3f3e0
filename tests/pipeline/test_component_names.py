"""The names that the command line knows without TFX."""

from pipeline.component_names import COMPONENTS
from pipeline.config import PipelineConfig


def test_they_are_the_line_in_its_order() -> None:
    from tfx.dsl.compiler.compiler import Compiler

    from pipeline.dag import create_pipeline
    from pipeline.places import local_places

    config = PipelineConfig.model_validate(
        {"name": "x", "task": "text_classification", "data": {"path": "data.csv"}, "runs_directory": "/nowhere"}
    )
    compiled = Compiler().compile(create_pipeline(config, local_places(config)))
    assert tuple(node.pipeline_node.node_info.id for node in compiled.nodes) == COMPONENTS
