"""Reads the texts of a corpus, in any format that the ingest reads, without a pipeline."""

import dataclasses
import typing
from collections.abc import Iterator, Sequence
from typing import Self

from components.text_example_gen.block import cut_into_blocks, read_block
from components.text_example_gen.config import DataConfig, Format
from components.text_example_gen.readers.damaged_file_error import DamagedFileError
from components.text_example_gen.source_columns import source_columns
from components.text_example_gen.source_file import SourceFile, find_source_files
from models.user_error import UserError


@dataclasses.dataclass
class Corpus:
    """Reads texts of files, and counts them.

    Attributes:
        files: Paths or globs.
        data: How they are written.
        column: What they call the column of the text.
        num_texts: Texts that were read so far.
        num_faults: Rows so far that could not be read, or have no text.
        first_fault: Where the first of these is, and why.
    """

    files: Sequence[str]
    data: DataConfig
    column: str
    num_texts: int = 0
    num_faults: int = 0
    first_fault: str = ""

    @classmethod
    def of_files(cls, files: Sequence[str], column: str, file_format: str) -> Self:
        """Checks the format; the files are looked at when they are read.

        Raises:
            UserError: There is no such format.
        """
        known = ("auto", *typing.get_args(Format))
        if file_format not in known:
            raise UserError(f"there is no format {file_format!r}; --format takes {', '.join(known)}")
        return cls(files, DataConfig.model_validate({"path": "unused", "format": file_format}), column)

    def texts(self) -> Iterator[str]:
        """Yields the texts of all files.

        Raises:
            UserError: A pattern matches no file, or a file is damaged or has no such column.
        """
        for pattern in self.files:
            for file in self._find(pattern):
                columns = source_columns(file, self.data)
                if columns and self.column not in columns:
                    known = ", ".join(map(repr, columns))
                    raise UserError(f"{file.path} has no column {self.column!r}; name another with --column: {known}")
                try:
                    yield from self._of_file(dataclasses.replace(file, columns=columns))
                except DamagedFileError as error:
                    raise UserError(f"{file.path} cannot be read to its end: {error}") from error

    def _find(self, pattern: str) -> list[SourceFile]:
        try:
            return find_source_files(self.data.model_copy(update={"path": pattern}))
        except UserError as error:
            # Where there is no config, its fields have no meaning.
            message = str(error).replace("set `data.format`", "say it with --format")
            raise UserError(message.replace("no file matches `data.path`:", "no file matches")) from error

    def _of_file(self, file: SourceFile) -> Iterator[str]:
        for block in cut_into_blocks(file, self.data):
            for record in read_block(block, self.data, (self.column,)):
                value = (record.values or {}).get(self.column)
                if isinstance(value, str) and value.strip():
                    self.num_texts += 1
                    yield value
                else:
                    self.num_faults += 1
                    self.first_fault = self.first_fault or f"{file.path}:{record.line}, {record.fault or 'no text'}"
