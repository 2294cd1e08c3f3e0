"""`bertline schema`: writes a curated schema, or brings one up to date."""

import pathlib

from components.text_schema_gen.build_schema import build_schema
from components.text_schema_gen.column_roles import ColumnRoles
from components.text_schema_gen.schema_changes import describe_schema_changes
from components.text_schema_gen.schema_file import parse_schema, write_schema_file
from components.text_schema_gen.split_statistics import read_split_statistics


def write_schema(statistics: pathlib.Path, path: pathlib.Path, roles: ColumnRoles) -> tuple[str, ...]:
    """Writes the schema that fits the data, keeping what an earlier one in the same place decided.

    Args:
        statistics: The folder of a run's StatisticsGen output.
        path: Where the schema goes; comments in an earlier file are lost, its rules are kept.
        roles: The task's columns.

    Returns:
        What is new, one line for each change; empty where the earlier schema fits as it is.

    Raises:
        UserError: There is an earlier file, and it is not a schema.
    """
    existing = parse_schema(path.read_text(encoding="utf-8"), str(path)) if path.exists() else None
    schema = build_schema(read_split_statistics(statistics), roles, existing)
    if schema != existing:
        write_schema_file(schema, path)
    return describe_schema_changes(existing, schema)
