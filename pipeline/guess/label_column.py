"""Chooses the column that the model learns to predict."""

from collections.abc import Sequence

from pipeline.guess.column_choice_error import ColumnChoiceError
from pipeline.guess.column_names import LABEL_NAMES, name_rank
from pipeline.guess.column_profile import MAX_CATEGORIES, ColumnProfile
from pipeline.guess.finding import Finding
from pipeline.guess.other_task import unavailable

_MIN_FLAGS = 3


def choose_label(profiles: Sequence[ColumnProfile], text: str, file_name: str) -> tuple[ColumnProfile, Finding]:
    """Returns the column of labels, and by what it is seen.

    Args:
        profiles: All columns.
        text: The name of the text column.
        file_name: What to call the file in messages.

    Raises:
        ColumnChoiceError: There is none, several could be it, or the labels are those of another task.
    """
    others = [profile for profile in profiles if profile.name != text]
    categories = [profile for profile in others if profile.kind == "category"]
    by_name = sorted(others, key=lambda profile: name_rank(profile.name, LABEL_NAMES))
    best = by_name[0] if by_name and _rank(by_name[0]) < _NO_RANK else None
    if best and best.kind == "category" and sum(_rank(profile) == _rank(best) for profile in others) == 1:
        rivals = ", ".join(profile.name for profile in categories if profile is not best)
        return best, finding_of_label(best, f"by its name{f'; also possible: {rivals}' if rivals else ''}")
    for profile in [best] if best else others:
        _refuse_other_targets(profile, file_name)
    if not categories:
        raise ColumnChoiceError(_none(others, file_name))
    if len(categories) > 1:
        raise ColumnChoiceError(_several(categories, file_name))
    return categories[0], finding_of_label(categories[0], "the only column whose values repeat")


def finding_of_label(label: ColumnProfile, reason: str) -> Finding:
    """The finding on a column of labels."""
    return Finding("label", f"column {label.name}", f"{reason}; {len(label.counts):,} values: {label.shown_values()}")


_NO_RANK = 2 * len(LABEL_NAMES)


def _rank(profile: ColumnProfile) -> int:
    return name_rank(profile.name, LABEL_NAMES)


def _refuse_other_targets(profile: ColumnProfile, file_name: str) -> None:
    if profile.kind == "labels":
        raise ColumnChoiceError(
            f"column {profile.name!r} of {file_name} lists several labels for a row, such as {profile.example!r}: "
            f"{unavailable('multi_label_classification')}. Name another column, or this one to take each list as a "
            "label of its own: --label COLUMN"
        )
    if profile.kind == "number":
        raise ColumnChoiceError(
            f"column {profile.name!r} of {file_name} holds numbers, such as {profile.shown_values(2)}: "
            f"{unavailable('text_regression')}. If another column is the label, name it: --label COLUMN"
        )


def _none(others: Sequence[ColumnProfile], file_name: str) -> str:
    if not others:
        return f"{file_name} has no labels: there is no column beside the text"
    seen = "; ".join(f"{profile.name!r} holds {profile.spoken()}" for profile in others)
    return (
        f"{file_name} has no labels, that is, no column of 2 to {MAX_CATEGORIES:,} values that repeat ({seen}); if one "
        "of them is the label, name it with --label COLUMN"
    )


def _several(categories: Sequence[ColumnProfile], file_name: str) -> str:
    flags = [profile.name for profile in categories if set(profile.counts) <= {"0", "1", "true", "false"}]
    hint = ""
    if len(flags) >= _MIN_FLAGS:
        hint = f" If {', '.join(flags)} are one label each: {unavailable('multi_label_classification')}."
    values = "; ".join(f"{profile.name!r} ({profile.shown_values(3)})" for profile in categories)
    return (
        f"{file_name} has {len(categories)} columns that could be the label: {values}. Name one: --label COLUMN.{hint}"
    )
