"""The work of TextSchemaGen."""

import pathlib
from typing import Any

from tfx.dsl.components.base.base_executor import BaseExecutor
from tfx.types import Artifact
from tfx.types.artifact_utils import get_single_uri

from components.text_schema_gen.build_schema import build_schema
from components.text_schema_gen.column_roles import ColumnRoles
from components.text_schema_gen.schema_file import check_roles, parse_schema, write_schema_file
from components.text_schema_gen.split_statistics import read_split_statistics

# TFX's name for it: tfx.components.schema_gen.executor.DEFAULT_FILE_NAME, whose import takes seconds.
_SCHEMA_FILE = "schema.pbtxt"


class Executor(BaseExecutor):
    """Takes the curated schema, or infers one from the statistics."""

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Writes `schema.pbtxt`; see `TextSchemaGenSpec` for the properties.

        Raises:
            UserError: The curated schema is not one, or lacks a column that the task needs.
        """
        roles = ColumnRoles.from_json(exec_properties["column_roles"])
        curated = exec_properties["curated_schema"]
        if curated:
            schema = parse_schema(curated, "the curated schema")
            check_roles(schema, roles, "the curated schema")
        else:
            statistics = pathlib.Path(get_single_uri(input_dict["statistics"]))
            schema = build_schema(read_split_statistics(statistics), roles)
        write_schema_file(schema, pathlib.Path(get_single_uri(output_dict["schema"])) / _SCHEMA_FILE)
