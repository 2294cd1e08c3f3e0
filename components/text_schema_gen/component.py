"""TextSchemaGen's place in a pipeline."""

from typing import ClassVar

from tfx.dsl.components.base.base_component import BaseComponent
from tfx.dsl.components.base.executor_spec import ExecutorClassSpec
from tfx.types.channel import BaseChannel, Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import ExampleStatistics, Schema

from components.text_schema_gen.column_roles import ColumnRoles
from components.text_schema_gen.executor import Executor


class TextSchemaGenSpec(ComponentSpec):
    """Inputs, outputs and properties of TextSchemaGen."""

    PARAMETERS: ClassVar[dict[str, ExecutionParameter]] = {
        "column_roles": ExecutionParameter(type=str),
        "curated_schema": ExecutionParameter(type=str),
    }
    INPUTS: ClassVar[dict[str, ChannelParameter]] = {"statistics": ChannelParameter(type=ExampleStatistics)}
    OUTPUTS: ClassVar[dict[str, ChannelParameter]] = {"schema": ChannelParameter(type=Schema)}


class TextSchemaGen(BaseComponent):
    """Gives the run its schema: the curated one, or one inferred by the task's rules.

    It stands for two components of TFX. SchemaGen lists the values of any string column that has at most 100, so it
    does so for few texts and does not for many labels, and it marks a column that the eval split lacks as deprecated,
    which hides it from Transform. ImportSchemaGen's cache key is the file's path, so that an edited file is not seen.
    """

    SPEC_CLASS = TextSchemaGenSpec
    EXECUTOR_SPEC = ExecutorClassSpec(Executor)

    def __init__(self, statistics: BaseChannel, roles: ColumnRoles, curated_schema: str = "") -> None:
        """Builds the component.

        Args:
            statistics: StatisticsGen's output.
            roles: The task's columns.
            curated_schema: The text of the curated schema's file; empty infers one.
        """
        spec = TextSchemaGenSpec(
            statistics=statistics,
            column_roles=roles.to_json(),
            curated_schema=curated_schema,
            schema=Channel(type=Schema),
        )
        super().__init__(spec=spec)
