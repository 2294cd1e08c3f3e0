"""Chooses the column that the model learns to predict, and by it the task."""

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.guess.column_choice_error import ColumnChoiceError
from pipeline.guess.column_names import LABEL_NAMES, SCORE_NAMES, is_place_name, name_rank
from pipeline.guess.column_profile import MAX_CATEGORIES, ColumnProfile
from pipeline.guess.finding import Finding
from pipeline.guess.target import Target
from pipeline.guess.task_rule import TaskRule
from pipeline.guess.task_rules import RULES

_MIN_FLAGS = 3
"""Fewer columns of 0 and 1 may as well be one label and something about the text."""


class ChosenLabel(NamedTuple):
    """What is learnt.

    Attributes:
        rule: The rule of the task that learns it.
        columns: The column; several where each is a label of its own; none where the task needs none.
        reason: By what that is seen.
    """

    rule: TaskRule
    columns: tuple[ColumnProfile, ...]
    reason: str

    def findings(self) -> tuple[Finding, ...]:
        """What to tell of it."""
        target = self.rule.target
        if target is None or not self.columns:
            return ()
        if len(self.columns) > 1:
            names = ", ".join(column.name for column in self.columns)
            return (Finding(target.column, f"columns {names}", self.reason),)
        column = self.columns[0]
        held = f"several in a cell, such as {column.example!r}"
        if target.kind == "category":
            held = f"{len(column.counts):,} values: {column.shown_values()}"
        elif target.takes_numbers:
            numbers = sorted(map(float, column.counts))
            held = f"{len(numbers):,} different numbers from {numbers[0]:g} to {numbers[-1]:g}"
        return (Finding(target.column, f"column {column.name}", f"{self.reason}; {held}"),)


def choose_label(
    profiles: Sequence[ColumnProfile], label: str | None, rule: TaskRule | None, file_name: str
) -> ChosenLabel:
    """Returns the column of labels or scores, and the task that learns from it.

    Args:
        profiles: All columns but those of texts.
        label: The column, where the user names it.
        rule: The task's, where the user names it.
        file_name: What to call the file in messages.

    Raises:
        ColumnChoiceError: There is none, several could be it, or it is nothing that the task learns from.
    """
    if rule and not rule.target:
        if label is not None:
            raise ColumnChoiceError(f"--label {label}: the task {rule.name} learns from text alone; leave it out")
        return ChosenLabel(rule, (), "")
    if label is not None:
        column = next(profile for profile in profiles if profile.name == label)
        chosen = _chosen(column, rule, "as given")
    else:
        chosen = _choose(profiles, rule, file_name)
    target = chosen.rule.target
    if target:
        for column in chosen.columns:
            _check(column, target, chosen.rule.name, file_name)
    return chosen


def _choose(profiles: Sequence[ColumnProfile], rule: TaskRule | None, file_name: str) -> ChosenLabel:
    # A number of the row, or a date, is nothing to learn.
    others = [profile for profile in profiles if not (profile.kind == "number" and is_place_name(profile.name))]
    target = rule.target if rule else None
    candidates = target.candidates(others) if target else [each for each in others if _rule_for(each)]
    best = _by_name(candidates)
    if best:
        rivals = ", ".join(each.name for each in candidates if each is not best)
        return _chosen(best, rule, f"by its name{f'; also possible: {rivals}' if rivals else ''}")
    flags = [each for each in profiles if each.is_flag]
    takes_flags = target.takes_flags if target else len(flags) >= _MIN_FLAGS
    if takes_flags and len(flags) > 1 and all(each.is_flag for each in candidates):
        return ChosenLabel(rule or _flags_rule(), tuple(flags), f"each holds {flags[0].shown_values()}: one label each")
    if len(candidates) > 1:
        raise ColumnChoiceError(_several(candidates, file_name))
    if candidates:
        return _chosen(candidates[0], rule, _ONLY[candidates[0].kind])
    if rule and not rule.needs_target():
        return ChosenLabel(rule, (), "")
    raise ColumnChoiceError(_none(profiles, rule, file_name))


_ONLY = {
    "category": "the only column whose values repeat",
    "labels": "the only column of labels",
    "number": "the only column of numbers",
}


def _chosen(column: ColumnProfile, rule: TaskRule | None, reason: str) -> ChosenLabel:
    return ChosenLabel(rule or _rule_for(column) or RULES[0], (column,), reason)


def _rule_for(column: ColumnProfile) -> TaskRule | None:
    found = (rule for rule in RULES if rule.target and rule.target.kind == column.kind)
    return next(found, None)


def _flags_rule() -> TaskRule:
    return next(rule for rule in RULES if rule.target and rule.target.takes_flags)


def _by_name(candidates: Sequence[ColumnProfile]) -> ColumnProfile | None:
    """The one that is best called a label or, if none is, a score."""
    scores = [column for column in candidates if column.is_numeric]
    for columns, names in ((candidates, LABEL_NAMES), (scores, SCORE_NAMES)):
        ranks = [name_rank(column.name, names) for column in columns]
        if ranks and min(ranks) < 2 * len(names):
            return columns[ranks.index(min(ranks))] if ranks.count(min(ranks)) == 1 else None
    return None


def _check(column: ColumnProfile, target: Target, task: str, file_name: str) -> None:
    if len(column.counts) < 2:
        raise ColumnChoiceError(
            f"column {column.name!r} of {file_name}, the {target.column}, has {len(column.counts)} different values in "
            "the rows that were read; two are needed to learn anything"
        )
    if target.takes_numbers and not column.is_numeric:
        raise ColumnChoiceError(
            f"column {column.name!r} of {file_name} holds {column.spoken()}, and the task {task} learns numbers; "
            "name another column with --label COLUMN, or another task"
        )
    if target.max_values and len(column.counts) > target.max_values:
        raise ColumnChoiceError(
            f"column {column.name!r} of {file_name}, the {target.column}, has {len(column.counts):,} different values; "
            f"no more than {target.max_values:,} are supported"
        )


def _none(others: Sequence[ColumnProfile], rule: TaskRule | None, file_name: str) -> str:
    if not others:
        return f"{file_name} has no labels: there is no column beside the text"
    seen = "; ".join(f"{profile.name!r} holds {profile.spoken()}" for profile in others)
    if rule and rule.target and rule.target.kind != "category":
        return (
            f"{file_name} has no column of which each row has {rule.target.spoken}, as the task {rule.name} needs it "
            f"({seen}); if one of them is it, name it with --label COLUMN"
        )
    return (
        f"{file_name} has no labels, that is, no column of 2 to {MAX_CATEGORIES:,} values that repeat ({seen}); if one "
        "of them is the label, name it with --label COLUMN"
    )


def _several(candidates: Sequence[ColumnProfile], file_name: str) -> str:
    flags = [profile.name for profile in candidates if profile.is_flag]
    hint = ""
    if len(flags) > 1:
        hint = f" If {', '.join(flags)} are one label each: --task {_flags_rule().name}."
    values = "; ".join(f"{profile.name!r} ({profile.shown_values(3)})" for profile in candidates)
    return (
        f"{file_name} has {len(candidates)} columns that could be the label: {values}. Name one: --label COLUMN.{hint}"
    )
