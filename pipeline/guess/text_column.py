"""Chooses the column that the model reads."""

from collections.abc import Sequence

from pipeline.guess.column_choice_error import ColumnChoiceError
from pipeline.guess.column_names import TEXT_NAMES, are_pair_names, name_rank
from pipeline.guess.column_profile import ColumnProfile
from pipeline.guess.finding import Finding
from pipeline.guess.other_task import NO_PAIRS

_CLEARLY_LONGER = 1.5


def choose_text(profiles: Sequence[ColumnProfile], file_name: str) -> tuple[ColumnProfile, Finding]:
    """Returns the column of texts, and by what it is seen.

    Args:
        profiles: All columns.
        file_name: What to call the file in messages.

    Raises:
        ColumnChoiceError: There is none, or several that could as well be it; the message names them.
    """
    texts = [profile for profile in profiles if profile.kind == "text"]
    if not texts:
        columns = "; ".join(f"{profile.name!r} holds {profile.spoken()}" for profile in profiles)
        raise ColumnChoiceError(
            f"{file_name} has no column of texts ({columns}); if one of them is, name it with --text COLUMN"
        )
    by_length = sorted(texts, key=lambda profile: -profile.mean_words)
    chosen, *others = by_length
    length = f"{chosen.mean_words:.0f} words on average"
    if not others:
        return chosen, _finding(chosen, f"the only column of texts, {length}")
    _refuse_pairs(texts, file_name)
    named = [profile for profile in texts if name_rank(profile.name, TEXT_NAMES) < len(TEXT_NAMES)]
    if len(named) == 1:
        return named[0], _finding(named[0], f"by its name; also texts: {_names(texts, named[0])}")
    if chosen.mean_words < _CLEARLY_LONGER * others[0].mean_words:
        raise ColumnChoiceError(
            f"{file_name} has {len(texts)} columns that could be the text: {_candidates(by_length)}; name one with "
            f"--text COLUMN (if they are to be read together: {NO_PAIRS})"
        )
    return chosen, _finding(chosen, f"the longest texts, {length}; also texts: {_names(texts, chosen)}")


def _refuse_pairs(texts: Sequence[ColumnProfile], file_name: str) -> None:
    for index, first in enumerate(texts):
        for second in texts[index + 1 :]:
            if are_pair_names(first.name, second.name):
                raise ColumnChoiceError(
                    f"{file_name} holds pairs of texts, {first.name!r} and {second.name!r}: "
                    f"{NO_PAIRS}. To classify one of the two by itself, name it: --text COLUMN"
                )


def _finding(chosen: ColumnProfile, reason: str) -> Finding:
    return Finding("text", f"column {chosen.name}", reason)


def _names(profiles: Sequence[ColumnProfile], chosen: ColumnProfile) -> str:
    return ", ".join(profile.name for profile in profiles if profile is not chosen)


def _candidates(profiles: Sequence[ColumnProfile]) -> str:
    return ", ".join(f"{profile.name!r} ({profile.mean_words:.0f} words on average)" for profile in profiles)
