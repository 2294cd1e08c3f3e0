"""`bertline schema`: writes or updates the curated schema."""

import pathlib
from typing import Annotated

import typer


def schema(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
) -> None:
    """Write the curated schema from the data, or bring the one there is up to date."""
    from pipeline.config_file import load_config
    from pipeline.display import Display
    from pipeline.log_file import log_file, new_log_path
    from pipeline.places import local_places

    loaded = load_config(config)
    path = pathlib.Path(loaded.schema_file or config.parent / f"{loaded.name}.schema.pbtxt")
    log_path = new_log_path(pathlib.Path(loaded.runs_directory) / loaded.name / "logs")
    with log_file(log_path) as terminal, Display(terminal, loaded.name, log_path) as display:
        from components.text_schema_gen.column_roles import ColumnRoles
        from components.text_schema_gen.write_schema import write_schema
        from models.tasks.registry import task_named
        from pipeline.dag import create_statistics_pipeline
        from pipeline.local_runner import LocalRunner

        outputs = LocalRunner(display).run(create_statistics_pipeline(loaded, local_places(loaded)))
        changes = write_schema(
            pathlib.Path(outputs["StatisticsGen"]["statistics"]), path, ColumnRoles.of_task(task_named(loaded.task))
        )
        display.finish(*changes, f"{path} {'was written' if changes else 'fits the data as it is'}")
    if not loaded.schema_file:
        print(f"bertline: read it, then name it in {config}:  schema_file: {path.name}")
