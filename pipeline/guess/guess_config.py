"""Guesses a whole config from the user's files."""

import dataclasses
import pathlib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from models.tasks.interface.contract import Features
from models.tasks.interface.task import Task
from models.user_error import UserError
from pipeline.guess.column_choice_error import ColumnChoiceError
from pipeline.guess.columns import Columns, choose_columns
from pipeline.guess.data_section import DataSection, check_readable, guess_data
from pipeline.guess.finding import Finding
from pipeline.guess.model_section import guess_model
from pipeline.guess.named_columns import NamedColumns
from pipeline.guess.pipeline_name import guess_name
from pipeline.guess.sample import joined
from pipeline.guess.split_files import SplitFiles, in_one, split_files
from pipeline.guess.table import Table, check_columns, read_table
from pipeline.guess.task_rules import rule_named
from pipeline.guess.training_section import guess_training


@dataclasses.dataclass(frozen=True)
class Wishes:
    """What the user says; None where it is to be guessed.

    Attributes:
        files: The data.
        folder: The config file's.
        columns: The task, and its columns.
        name: The pipeline's name.
        preset: The model's preset.
    """

    files: tuple[pathlib.Path, ...]
    folder: pathlib.Path
    columns: NamedColumns = dataclasses.field(default_factory=NamedColumns)
    name: str | None = None
    preset: str | None = None


class GuessedConfig(NamedTuple):
    """A config, and the reasons for it.

    Attributes:
        name: The pipeline's name.
        values: The config's fields, without those that have their default.
        comments: What the file should say beside a field, by `section.name`.
        findings: All guesses.
    """

    name: str
    values: dict[str, Any]
    comments: dict[str, str]
    findings: tuple[Finding, ...]


def guess_config(wishes: Wishes) -> GuessedConfig:
    """Guesses a config; files that lie beside the user's and do not fit are left out.

    Raises:
        UserError: A choice is the user's; the message names the candidates and the option.
    """
    rule = rule_named(wishes.columns.task) if wishes.columns.task else None
    left_out: tuple[Finding, ...] = ()
    for files, without in _alternatives(wishes.files):
        try:
            table = read_table(files.paths, is_plain=rule is not None and rule.format == "documents")
            check_readable(table.samples, table.unit)
            sample = joined(table.samples[: 1 if files.of_split else None])
            columns = choose_columns(sample, wishes.columns, table.format)
            check_columns(table.samples, (*columns.sources.values(), *columns.slices))
            data = guess_data(files, table.samples, columns.sources, columns.task, wishes.folder)
        except ColumnChoiceError:
            # The same without the files beside it.
            raise
        except UserError as error:
            if not without:
                raise
            left_out = (Finding("left out", ", ".join(path.name for path in without), str(error)),)
        else:
            data = dataclasses.replace(data, findings=(*data.findings, *left_out))
            return _whole_config(wishes, files, table, columns, data)
    raise AssertionError("the last alternative leaves nothing out")


def _alternatives(paths: Sequence[pathlib.Path]) -> Iterator[tuple[SplitFiles, tuple[pathlib.Path, ...]]]:
    """Yields ways of using the files, the best first, each with what the next one leaves out."""
    files = split_files(paths)
    named = {name: path for name, path in files.of_split.items() if path not in files.found}
    test = files.of_split.get("test")
    if test in files.found and test is not None:
        yield files, (test,)
        files = files._replace(of_split={name: path for name, path in files.of_split.items() if name != "test"})
    if files.found:
        yield files, tuple(path for path in files.found)
        yield in_one(list(named.values())), ()
    else:
        yield files, ()


def _whole_config(
    wishes: Wishes, files: SplitFiles, table: Table, columns: Columns, data: DataSection
) -> GuessedConfig:
    name, of_name = (wishes.name, "as given") if wishes.name else guess_name(files.paths[0], len(files.to_split) > 1)
    rule, examples = columns.rule, data.trial.examples
    texts = [_texts(row, columns.task) for row in examples["train"]]
    model = guess_model(texts, wishes.preset, wishes.folder, rule.length)
    training, of_training = guess_training(data.num_rows["train"], model.is_small, rule.training)
    thresholds = rule.thresholds([row for rows in examples.values() for row in rows], data.num_rows["eval"])
    slices = {"slices": ("text_length", *columns.slices)} if columns.slices else {}
    # Formats that are made for a task have its columns.
    named = {} if table.format == rule.format else {"columns": columns.canonical}
    values = {
        "name": name,
        "task": rule.name,
        **({"task_options": columns.options} if columns.options else {}),
        "data": {**data.fields, **table.fields, **named},
        "model": {"preset": model.preset, "sequence_length": model.sequence_length},
        "training": training._asdict(),
        "evaluation": {**slices, "thresholds": thresholds.rules},
    }
    findings = (
        *(*data.findings, *table.findings, *columns.findings),
        *(*model.findings, of_training, *thresholds.findings),
        Finding("name", name, of_name),
        Finding("serving", f"serving/{name}", "beside the config, where TensorFlow Serving finds the model"),
    )
    comments = {f"data.{field}": comment for field, comment in data.comments.items()}
    return GuessedConfig(name, values, {**comments, "evaluation.thresholds": thresholds.comment}, findings)


def _texts(row: Features, task: Task) -> tuple[str, ...]:
    values = (row.get(column.name) for column in task.used_columns() if column.role == "text")
    return tuple(value.decode() for value in values if isinstance(value, bytes))
