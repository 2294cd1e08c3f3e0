"""`bertline schema`: writes or updates the curated schema."""

import pathlib
from typing import Annotated

import typer


def schema(
    config: Annotated[pathlib.Path, typer.Argument(help="The pipeline's YAML file.", show_default=False)],
) -> None:
    """Write the curated schema from the data, or bring the one there is up to date."""
    from pipeline.config_files.load_config import load_config
    from pipeline.display import Display
    from pipeline.log_file import log_file, new_log_path
    from pipeline.places import runs_folder
    from pipeline.runs.line_run import LineRun
    from pipeline.runs.part import RunPart

    loaded = load_config(config)
    path = pathlib.Path(loaded.schema_file or config.parent / f"{loaded.name}.schema.pbtxt")
    # The schema that is to be written need not be there, nor be right.
    line = LineRun(loaded.model_copy(update={"schema_file": None}), RunPart(last="StatisticsGen"))
    log_path = new_log_path(runs_folder(loaded) / "logs")
    with log_file(log_path) as terminal, Display(terminal, loaded.name, log_path) as display:
        record = line.execute(log_path, display)

        from components.text_schema_gen.column_roles import ColumnRoles
        from components.text_schema_gen.write_schema import write_schema

        statistics = pathlib.Path(record.components["StatisticsGen"].outputs["statistics"])
        changes = write_schema(statistics, path, ColumnRoles.of_task(loaded.chosen_task().build()))
        display.finish(*changes, f"{path} {'was written' if changes else 'fits the data as it is'}")
    if not loaded.schema_file:
        print(f"bertline: read it, then name it in {config}:  schema_file: {path.name}")
