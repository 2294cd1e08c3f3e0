"""What is inspected: the files of a config, or files whose columns are guessed as `bertline init` guesses them."""

import dataclasses
import os
import pathlib
from collections import Counter
from collections.abc import Mapping, Sequence

from components.text_example_gen.column_map import map_columns
from components.text_example_gen.config import SPLITS, DataConfig
from components.text_example_gen.ingest_job import IngestJob
from components.text_example_gen.row_parser import RowParser
from components.text_example_gen.source_columns import source_columns
from components.text_example_gen.source_file import SourceFile
from models.config import ModelConfig
from models.tasks.interface.contract import RowError
from models.user_error import UserError
from pipeline.config_files.load_config import load_config
from pipeline.guess.columns import choose_columns
from pipeline.guess.finding import Finding
from pipeline.guess.model_section import guess_model
from pipeline.guess.named_columns import NamedColumns
from pipeline.guess.sample import Sample, joined
from pipeline.guess.split_files import role_of
from pipeline.guess.table import check_columns, read_table
from pipeline.guess.task_rules import rule_named
from pipeline.inspection.reading.preset_here import why_not_here

_CONFIG_ENDINGS = (".yaml", ".yml")


@dataclasses.dataclass(frozen=True)
class Target:
    """What is inspected, and how it is read.

    Attributes:
        name: What it is called.
        files: The files.
        data: How they are written.
        parser: Turns their rows into features.
        part_of: The part of each file's rows, by path; empty where a hash of the content decides.
        preset: The model's, which tokenises: `ModelConfig.source`.
        sequence_length: How many word pieces the model reads.
        why_no_preset: Why that cannot be read on this machine; empty where it can.
        guesses: What was guessed, and why; empty for a config.
        shows_texts: Whether texts may be shown.
        config: The config's file; None where there is none.
    """

    name: str
    files: tuple[SourceFile, ...]
    data: DataConfig
    parser: RowParser
    part_of: Mapping[str, str]
    preset: str
    sequence_length: int
    why_no_preset: str
    guesses: tuple[Finding, ...] = ()
    shows_texts: bool = True
    config: pathlib.Path | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of all parts, those that train first."""
        return tuple(dict.fromkeys(self.part_of.values())) if self.part_of else self.data.requested_splits()


def choose_target(paths: Sequence[pathlib.Path], named: NamedColumns, preset: str | None) -> Target:
    """Returns what is inspected.

    Args:
        paths: A config, or data files.
        named: What the user says of the columns of data files.
        preset: The model's preset, likewise.

    Raises:
        UserError: The config or a file cannot be read, or it cannot be told what a column holds.
    """
    configs = [path for path in paths if path.name.endswith(_CONFIG_ENDINGS)]
    if not configs:
        return _of_files(paths, named, preset)
    if len(paths) > 1:
        raise UserError(f"{configs[0]} is a config, which names its files itself: give it alone, or data files alone")
    if preset or dataclasses.astuple(named) != dataclasses.astuple(NamedColumns()):
        raise UserError(f"{configs[0]} says itself what its columns hold; options such as --text are for data files")
    return _of_config(configs[0])


def _of_config(path: pathlib.Path) -> Target:
    config = load_config(path)
    job = IngestJob(config.chosen_task().to_json(), config.data)
    files = tuple(job.source_files())
    return Target(
        name=config.name,
        files=files,
        data=config.data,
        parser=job.parser(),
        part_of={file.path: file.split for file in files if file.split},
        preset=config.model.source,
        sequence_length=config.model.sequence_length,
        why_no_preset=why_not_here(config.model),
        shows_texts=config.keeps_texts,
        config=path,
    )


def _of_files(paths: Sequence[pathlib.Path], named: NamedColumns, preset: str | None) -> Target:
    ordered = _by_part(paths)
    rule = rule_named(named.task) if named.task else None
    table = read_table(tuple(ordered), is_plain=rule is not None and rule.format == "documents")
    readable = _readable(table.samples)
    columns = choose_columns(joined(readable), named, table.format)
    check_columns(readable, columns.sources.values())
    values = {"path": "unused", **table.fields, "columns": columns.canonical}
    if table.format == columns.rule.format:
        del values["columns"]
    data = DataConfig.model_validate(values)
    parser = RowParser(columns.task, map_columns(columns.task, data, ()))
    model = guess_model(_rows_of_texts(readable, parser), preset, pathlib.Path(), columns.rule.length)
    chosen = os.path.abspath(preset) if preset and os.path.isdir(preset) else model.preset
    files = tuple(
        SourceFile(index, str(path), None, table.format, path.name.endswith(".gz"))
        for index, path in enumerate(ordered)
    )
    return Target(
        name=" ".join(path.name for path in ordered),
        files=tuple(dataclasses.replace(file, columns=source_columns(file, data)) for file in files),
        data=data,
        parser=parser,
        part_of={str(path): part for path, part in ordered.items()},
        preset=chosen,
        sequence_length=model.sequence_length,
        why_no_preset=why_not_here(ModelConfig(preset=chosen, sequence_length=model.sequence_length)),
        guesses=(*table.findings, *columns.findings, *model.findings),
    )


def _by_part(paths: Sequence[pathlib.Path]) -> dict[pathlib.Path, str]:
    """The part of each file, those that train first: the split that its name tells, or the name itself."""
    files = tuple(dict.fromkeys(paths))
    names = Counter(path.name for path in files)
    parts = {path: role_of(path) or (path.name if names[path.name] == 1 else str(path)) for path in files}
    order: dict[str, int] = {name: number for number, name in enumerate(SPLITS)}
    return dict(sorted(parts.items(), key=lambda item: order.get(item[1], len(order))))


def _readable(samples: Sequence[Sample]) -> tuple[Sample, ...]:
    """The files that have rows; a file without any is told by its counts.

    Raises:
        UserError: None has.
    """
    readable = tuple(sample for sample in samples if any(record.values is not None for record in sample.records))
    if not readable:
        faults = [f"{sample.path}:{record.line}: {record.fault}" for sample in samples for record in sample.records]
        raise UserError(f"no row can be read{f'; the first: {faults[0]}' if faults else ': there are none'}")
    return readable


def _rows_of_texts(samples: Sequence[Sample], parser: RowParser) -> list[tuple[str, ...]]:
    """The texts of the rows that the task can use.

    Raises:
        UserError: There are none.
    """
    names = [column.name for column in parser.task.used_columns() if column.role == "text"]
    rows, fault = [], ""
    for sample in samples:
        for record in sample.records:
            if record.values is not None:
                try:
                    features = parser.parse(record.values)
                except RowError as error:
                    fault = fault or f"{sample.path}:{record.line}: {error}"
                else:
                    found = (features.get(name) for name in names)
                    rows.append(tuple(value.decode() for value in found if isinstance(value, bytes)))
    if not rows:
        raise UserError(f"no row can be used; the first: {fault}")
    return rows
