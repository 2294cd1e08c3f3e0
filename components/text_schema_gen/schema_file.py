"""Schemas as text files that people edit."""

import os
import pathlib

from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2

from components.text_schema_gen.column_roles import ColumnRoles
from models.user_error import UserError


def parse_schema(text: str, where: str) -> schema_pb2.Schema:
    """Reads a schema.

    Args:
        text: A `Schema` proto in text form.
        where: What to call it in a message, such as its path.

    Raises:
        UserError: It is not one.
    """
    try:
        return text_format.Parse(text, schema_pb2.Schema())
    except text_format.ParseError as error:
        raise UserError(
            f"{where}: not a schema in text form: {error}. Mend the line, or write the file anew."
        ) from error


def check_roles(schema: schema_pb2.Schema, roles: ColumnRoles, where: str) -> None:
    """Checks that a curated schema knows the columns that the task needs.

    Args:
        schema: The schema.
        roles: The task's columns.
        where: What to call it in a message.

    Raises:
        UserError: A required column is missing.
    """
    names = {feature.name for feature in schema.feature}
    missing = [name for name in roles.required if name not in names]
    if missing:
        raise UserError(
            f"{where}: has no column {', '.join(missing)}, which the task needs. "
            "Columns have the task's names there, not the file's; `bertline schema CONFIG` adds them."
        )


def write_schema_file(schema: schema_pb2.Schema, path: pathlib.Path) -> None:
    """Writes a schema in text form, replacing the file in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_text(text_format.MessageToString(schema, as_utf8=True), encoding="utf-8")
    os.replace(unfinished, path)
