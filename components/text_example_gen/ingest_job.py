"""What one run of the ingest is asked for."""

import dataclasses

from components.text_example_gen.column_map import map_columns
from components.text_example_gen.config import DataConfig
from components.text_example_gen.label_rule import FOLLOW, LabelRule
from components.text_example_gen.row_parser import RowParser
from components.text_example_gen.source_columns import source_columns
from components.text_example_gen.source_file import SourceFile, find_source_files
from models.encoder_settings import EncoderSettings
from models.tasks.interface.chosen_task import ChosenTask


@dataclasses.dataclass(frozen=True)
class IngestJob:
    """What one run of the ingest is asked for; plain values, so that it travels to workers.

    Attributes:
        task: The task, as `ChosenTask.to_json` writes it.
        data: The config section.
        slices: Features by which results are told apart.
        encoder: What tokenises, for a task that expands rows.
        rule: What becomes of labels that the model in service does not have.
        redact: Whether rejects say nothing of the rows but where they are and what kind of fault they have.
    """

    task: str
    data: DataConfig
    slices: tuple[str, ...] = ()
    encoder: EncoderSettings | None = None
    rule: LabelRule = FOLLOW
    redact: bool = False

    def parser(self) -> RowParser:
        """Returns what turns rows into features.

        Raises:
            UserError: The config's columns do not fit the task.
        """
        task = ChosenTask.from_json(self.task).build()
        return RowParser(task, map_columns(task, self.data, self.slices))

    def source_files(self) -> list[SourceFile]:
        """Looks at all files before any is read as a whole.

        Raises:
            UserError: A file is not there, cannot be read, or lacks a column.
        """
        parser = self.parser()
        files = [
            dataclasses.replace(file, columns=source_columns(file, self.data)) for file in find_source_files(self.data)
        ]
        for file in files:
            parser.columns.check_file(file, parser.task)
        return files
