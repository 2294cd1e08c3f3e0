"""Chooses the task and its columns: by what rows hold where one task alone has such rows, else by their values."""

import dataclasses
import shlex
from typing import NamedTuple

from components.text_example_gen.config import Format
from pipeline.guess.column_choice_error import ColumnChoiceError
from pipeline.guess.column_profile import ColumnProfile
from pipeline.guess.finding import Finding
from pipeline.guess.fixed_columns import FixedColumns
from pipeline.guess.label_column import ChosenLabel, choose_label
from pipeline.guess.named_columns import NamedColumns
from pipeline.guess.sample import Sample
from pipeline.guess.task_rule import TaskRule
from pipeline.guess.task_rules import RULES, rule_named
from pipeline.guess.text_column import Texts, choose_texts


class TaskChoice(NamedTuple):
    """The task and its columns.

    Attributes:
        rule: The task's rule.
        canonical: The file's column by the task's, for all that are not called by a label.
        labels: The columns of labels or scores, where they were told by their values.
        seen_by: By what rows the task was seen.
        findings: By what the columns were.
    """

    rule: TaskRule
    canonical: dict[str, str]
    labels: tuple[ColumnProfile, ...]
    seen_by: str
    findings: tuple[Finding, ...]


@dataclasses.dataclass(frozen=True)
class SeenRows:
    """What is known of the rows.

    Attributes:
        sample: Rows of the train split.
        format: How their file is written.
        profiles: What their columns look like.
        named: What the user says.
    """

    sample: Sample
    format: Format
    profiles: tuple[ColumnProfile, ...]
    named: NamedColumns

    @property
    def file_name(self) -> str:
        """What to call the file in messages."""
        return str(self.sample.path)

    def without(self, *columns: str | None) -> list[ColumnProfile]:
        """The profiles of all other columns."""
        return [profile for profile in self.profiles if profile.name not in columns]


def choose_task(seen: SeenRows) -> TaskChoice:
    """Returns the task and its columns.

    Raises:
        ColumnChoiceError: They cannot be told, or the rows are not those of the task that the user names.
        UserError: There is no such task, or no rule for it.
    """
    rule = rule_named(seen.named.task) if seen.named.task else None
    for each in (rule,) if rule else RULES:
        found = _own_columns(each, seen)
        if found:
            return _by_content(each, found, seen)
    if rule and rule.find_columns:
        own_names = ", ".join(column.name for column in rule.columns())
        raise ColumnChoiceError(
            f"{seen.file_name} holds nothing that the task {rule.name} learns from: no {rule.holds}, and no columns "
            f"{own_names}. Its columns: {', '.join(map(repr, seen.sample.columns))}"
        )
    return _by_values(rule, seen)


def _own_columns(rule: TaskRule, seen: SeenRows) -> FixedColumns | None:
    if not rule.find_columns:
        return None
    if rule.format == seen.format:
        own = {column.name: column.name for column in rule.columns() if column.name in seen.sample.columns}
        return FixedColumns(own, rule.holds)
    # A label that the user names is one that is to be told from others by its values.
    return None if seen.named.label and not seen.named.task else rule.find_columns(seen.sample)


def _by_content(rule: TaskRule, found: FixedColumns, seen: SeenRows) -> TaskChoice:
    for option, column in seen.named.options().items():
        if option != "--text" or not found.takes_text:
            raise ColumnChoiceError(f"{option} {column}: the columns of the task {rule.name} are known; leave it out")
    if found.takes_text:
        others = seen.without(*found.canonical.values())
        texts = choose_texts(others, seen.named.text, None, takes_pairs=False, file_name=seen.file_name)
        return TaskChoice(rule, {"text": texts.names[0], **found.canonical}, (), found.reason, texts.findings)
    finding = Finding("columns", ", ".join(found.canonical.values()), "as the task calls them")
    return TaskChoice(rule, found.canonical, (), found.reason, (finding,))


def _by_values(rule: TaskRule | None, seen: SeenRows) -> TaskChoice:
    named = seen.named
    takes_pairs = rule is None or rule.takes_pairs()
    texts = choose_texts(seen.without(named.label), named.text, named.text_pair, takes_pairs, seen.file_name)
    label = choose_label(seen.without(*texts.names), named.label, rule, seen.file_name)
    is_pair = len(texts.names) > 1
    if is_pair and not label.rule.takes_pairs():
        raise ColumnChoiceError(f"--text-pair {named.text_pair}: the task {label.rule.name} reads one text")
    if label.rule.needs_pairs() and not is_pair:
        raise ColumnChoiceError(
            f"the task {label.rule.name} learns from pairs of texts; name both: --text COLUMN --text-pair COLUMN"
        )
    canonical = dict(zip(("text", "text_pair"), texts.names, strict=False))
    target = label.rule.target
    if target and len(label.columns) == 1:
        canonical[target.column] = label.columns[0].name
    findings = (*texts.findings, *label.findings())
    return TaskChoice(label.rule, canonical, label.columns, _seen_by(texts, label, seen), findings)


def _seen_by(texts: Texts, label: ChosenLabel, seen: SeenRows) -> str:
    rule, target = label.rule, label.rule.target
    read = rule.holds if seen.format == rule.format else "two texts" if len(texts.names) > 1 else "one text"
    if not target or not label.columns:
        return read
    held = f"{read} and {target.spoken} in each row"
    if seen.named.task or not target.way_out or len(label.columns) > 1:
        return held
    return f"{held}; {target.way_out}{shlex.quote(label.columns[0].name)}"
