"""Chooses which column is what."""

import difflib
from typing import NamedTuple

from models.tasks.task import Task
from pipeline.guess.column_choice_error import ColumnChoiceError
from pipeline.guess.column_profile import MAX_CATEGORIES, ColumnProfile, profile_column
from pipeline.guess.finding import Finding
from pipeline.guess.label_column import choose_label, finding_of_label
from pipeline.guess.other_columns import guess_slices
from pipeline.guess.sample import Sample
from pipeline.guess.text_column import choose_text


class Columns(NamedTuple):
    """Which column is what.

    Attributes:
        canonical: The file's column by the task's.
        slices: Columns by which the evaluation tells rows apart.
        findings: By what that was seen.
    """

    canonical: dict[str, str]
    slices: tuple[str, ...]
    findings: tuple[Finding, ...]


def choose_columns(sample: Sample, text: str | None, label: str | None, task: Task) -> Columns:
    """Returns which column is what.

    Args:
        sample: Rows of the train split.
        text: The text column, where the user names it.
        label: The label column, where the user names it.
        task: Which has these two columns.

    Raises:
        ColumnChoiceError: That cannot be told, or the user names a column that is not there.
    """
    name = str(sample.path)
    for option, wanted in (("--text", text), ("--label", label)):
        if wanted is not None:
            _check_there(option, wanted, sample)
    if text is not None and text == label:
        raise ColumnChoiceError(f"--text and --label name the same column, {text!r}")
    profiles = [profile_column(column, sample.values(column)) for column in dict.fromkeys(sample.columns)]
    if text is None:
        chosen, of_text = choose_text([profile for profile in profiles if profile.name != label], name)
        text = chosen.name
    else:
        of_text = Finding("text", f"column {text}", "as given")
    if label is None:
        chosen, of_label = choose_label(profiles, text, name)
    else:
        chosen = next(profile for profile in profiles if profile.name == label)
        of_label = finding_of_label(chosen, "as given")
    _check_label(chosen, name)
    canonical = {"text": text, "label": chosen.name}
    for column in canonical.values():
        if sample.columns.count(column) > 1:
            raise ColumnChoiceError(f"{name} has {sample.columns.count(column)} columns called {column!r}; rename one")
    slices, others = guess_slices(profiles, canonical, sample, task)
    return Columns(canonical, slices, (of_text, of_label, *others))


def _check_there(option: str, column: str, sample: Sample) -> None:
    if column not in sample.columns:
        nearest = difflib.get_close_matches(column, sample.columns, n=1)
        hint = f"; did you mean {nearest[0]!r}?" if nearest else "."
        known = ", ".join(map(repr, sample.columns))
        raise ColumnChoiceError(f"{option}: {sample.path} has no column {column!r}{hint} Its columns: {known}")


def _check_label(label: ColumnProfile, name: str) -> None:
    if len(label.counts) < 2:
        raise ColumnChoiceError(
            f"column {label.name!r} of {name}, the label, has {len(label.counts)} different values in the rows that "
            "were read; two are needed to learn anything"
        )
    if len(label.counts) > MAX_CATEGORIES:
        raise ColumnChoiceError(
            f"column {label.name!r} of {name}, the label, has {len(label.counts):,} different values; no more than "
            f"{MAX_CATEGORIES:,} are supported"
        )
