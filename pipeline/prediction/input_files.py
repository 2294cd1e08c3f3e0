"""The files that are answered, and which of their columns the model reads."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from components.text_example_gen.block import Block
from components.text_example_gen.config import DataConfig
from components.text_example_gen.readers.damaged_file_error import DamagedFileError
from components.text_example_gen.source_columns import source_columns
from components.text_example_gen.source_file import FORMATS, SourceFile, find_source_files
from models.user_error import UserError
from pipeline.prediction.part import ROWS_PER_PART, PartReader


@dataclasses.dataclass(frozen=True)
class InputFiles:
    """Files of rows, in the order of their paths.

    Attributes:
        files: The files.
        reader: Reads their parts.
    """

    files: tuple[SourceFile, ...]
    reader: PartReader

    @classmethod
    def matching(
        cls, pattern: str, data: DataConfig, columns: Sequence[str], rows_per_part: int = ROWS_PER_PART
    ) -> "InputFiles":
        """Looks at the files before any is read as a whole.

        Args:
            pattern: A path or a glob.
            data: The config's section: how delimited files are written, and what columns are called; a file may also
                call them as the task does.
            columns: The columns that the model reads.
            rows_per_part: Rows of a part.

        Raises:
            UserError: There is no such file, or it is of no known format, or lacks a column.
        """
        files_of_training = ("train", "eval", "test", "span")
        changes = {**dict.fromkeys(files_of_training), "path": pattern, "window": 1, "format": "auto"}
        rows = data.model_copy(update=changes)
        files = tuple(dataclasses.replace(file, columns=source_columns(file, rows)) for file in _find(pattern, rows))
        names = {file.path: _file_columns(file, data.columns, columns) for file in files}
        return cls(files, PartReader(rows, names, rows_per_part))

    def blocks(self) -> Iterator[Block]:
        """The pieces that the files can be read in."""
        for file in self.files:
            yield from self.reader.blocks(file)

    def part_sizes(self) -> dict[str, int]:
        """Reads all files once: the rows of each part, by its name.

        Raises:
            UserError: A file cannot be read to its end.
        """
        sizes: dict[str, int] = {}
        for block in self.blocks():
            try:
                sizes |= {part.name: len(part.rows) for part in self.reader.parts(block, is_done=lambda _: False)}
            except DamagedFileError as error:
                raise UserError(f"{block.file.path} cannot be read to its end: {error}") from error
        return sizes


def _find(pattern: str, data: DataConfig) -> list[SourceFile]:
    try:
        files = find_source_files(data)
    except UserError as error:
        # Its own words name the config's fields, which say nothing here.
        if "no file matches" in str(error):
            raise UserError(f"no file matches --input {pattern}") from error
        raise UserError(_unknown_format(pattern)) from error
    for file in files:
        if file.format not in FORMATS.values():
            raise UserError(_unknown_format(file.path))
    return files


def _unknown_format(path: str) -> str:
    return f"{path} is no table: --input reads files that end in {', '.join(FORMATS)}, each also with .gz"


def _file_columns(file: SourceFile, named: Mapping[str, str], columns: Sequence[str]) -> dict[str, str]:
    found = {}
    for name in columns:
        known = named.get(name, name)
        source = known if known in file.columns else name
        # A file without rows has no columns.
        if file.columns and source not in file.columns:
            names = " or ".join(repr(each) for each in dict.fromkeys((known, name)))
            raise UserError(f"{file.path} has no column {names}; its columns: {', '.join(map(repr, file.columns))}")
        if file.columns.count(source) > 1:
            raise UserError(f"{file.path} has {file.columns.count(source)} columns called {source!r}; rename one")
        found[name] = source
    return found
