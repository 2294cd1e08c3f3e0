"""`bertline predict`: answers texts with the model in service, in this process."""

import json
import os
import pathlib
import sys
from typing import Annotated

import typer


def predict(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
    texts: Annotated[
        list[str] | None,
        typer.Argument(
            help="Texts to answer, JSON objects where the task reads several columns; without any, the lines of stdin."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each text.")] = False,
) -> None:
    """Answer texts with the promoted model."""
    from models.tasks.registry import task_named
    from models.user_error import UserError
    from pipeline.config_file import load_config
    from pipeline.request_rows import request_rows
    from serving.version_store import VersionStore

    loaded = load_config(config)
    task = task_named(loaded.task)
    store = VersionStore(loaded.serving.directory, loaded.name)
    version = store.current()
    if version is None:
        raise UserError(
            f"no version of {loaded.name} is in service yet; `bertline run {config}` trains and promotes one"
        )
    rows = request_rows(texts or [line.rstrip("\n") for line in sys.stdin if line.strip()], task.columns)

    from pipeline.log_file import log_file

    with log_file(pathlib.Path(os.devnull)) as terminal:
        from serving.local_model import LocalModel

        model = LocalModel(str(store.versions()[version]))
        for row, answer in zip(rows, model.answer(rows), strict=True):
            line = json.dumps({**row, **answer}, ensure_ascii=False) if as_json else task.answer_line(row, answer)
            print(line, file=terminal)
