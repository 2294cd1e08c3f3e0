"""Chooses the task, which column is what to it, and what becomes of the columns that it does not read."""

from typing import Any, NamedTuple

from components.text_example_gen.config import Format
from models.tasks.interface.chosen_task import ChosenTask
from models.tasks.interface.task import Task
from pipeline.guess.column_choice_error import ColumnChoiceError
from pipeline.guess.column_profile import profile_column
from pipeline.guess.finding import Finding
from pipeline.guess.named_columns import NamedColumns
from pipeline.guess.other_columns import guess_slices
from pipeline.guess.sample import Sample
from pipeline.guess.task_choice import SeenRows, TaskChoice, choose_task
from pipeline.guess.task_rule import TaskRule


class Columns(NamedTuple):
    """Which column is what.

    Attributes:
        rule: The task's rule.
        task: The task, with its options and texts.
        canonical: The file's column by the task's, for all that are not called by a label.
        sources: The same for all.
        options: Options of the task that are not their defaults.
        slices: Columns by which the evaluation tells rows apart.
        findings: By what that was seen.
    """

    rule: TaskRule
    task: Task
    canonical: dict[str, str]
    sources: dict[str, str]
    options: dict[str, Any]
    slices: tuple[str, ...]
    findings: tuple[Finding, ...]


def choose_columns(sample: Sample, named: NamedColumns, file_format: Format = "csv") -> Columns:
    """Returns the task, and which column is what.

    Args:
        sample: Rows of the train split.
        named: What the user says.
        file_format: How the file is written.

    Raises:
        ColumnChoiceError: That cannot be told, or the user names a column that is not there.
        UserError: There is no such task, or no rule for it.
    """
    named.check(sample)
    profiles = tuple(profile_column(column, sample.values(column)) for column in dict.fromkeys(sample.columns))
    seen = SeenRows(sample, file_format, profiles, named)
    choice = choose_task(seen)
    labels = {label.name: label.name for label in choice.labels if label.name not in choice.canonical.values()}
    sources = {**choice.canonical, **labels}
    for column in sources.values():
        if sample.columns.count(column) > 1:
            raise ColumnChoiceError(
                f"{sample.path} has {sample.columns.count(column)} columns called {column!r}; rename one"
            )
    read = set(choice.canonical.values()) - {label.name for label in choice.labels}
    options = choice.rule.options([profile for profile in profiles if profile.name in read], choice.labels)
    task = _built_task(choice, options)
    label = choice.labels[0].name if len(choice.labels) == 1 else None
    slices, others = guess_slices(seen.without(*sources.values()), label, sample, task, choice.rule.metric)
    of_task = Finding("task", choice.rule.name, f"{'as given; ' if named.task else ''}{choice.seen_by}")
    findings = (*choice.findings, *others, of_task)
    return Columns(choice.rule, task, choice.canonical, sources, options, slices, findings)


def _built_task(choice: TaskChoice, options: dict[str, Any]) -> Task:
    try:
        return ChosenTask.of(choice.rule.name, options, choice.canonical).build()
    except ValueError as error:
        raise ColumnChoiceError(str(error)) from error
