"""Chooses the columns that the model reads: one text, or a pair of texts."""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.guess.column_choice_error import ColumnChoiceError
from pipeline.guess.column_names import TEXT_NAMES, are_pair_names, name_rank
from pipeline.guess.column_profile import ColumnProfile
from pipeline.guess.finding import Finding

_CLEARLY_LONGER = 1.5


class Texts(NamedTuple):
    """The columns that the model reads.

    Attributes:
        names: The column of the text and, for pairs, that of the other one.
        findings: By what they are seen.
    """

    names: tuple[str, ...]
    findings: tuple[Finding, ...]


def choose_texts(
    profiles: Sequence[ColumnProfile], text: str | None, text_pair: str | None, takes_pairs: bool, file_name: str
) -> Texts:
    """Returns the columns of texts, and by what they are seen.

    Args:
        profiles: All columns that can be texts.
        text: The first column, where the user names it: then it is the only one, unless the other one is named too.
        text_pair: The second column, where the user names it.
        takes_pairs: Whether columns that are called as a pair are read together.
        file_name: What to call the file in messages.

    Raises:
        ColumnChoiceError: There is none, or several that could as well be it; the message names them.
    """
    others = [profile for profile in profiles if profile.name != text_pair]
    pair = _named_pair(others, file_name) if takes_pairs and not text and not text_pair else ()
    if pair:
        first, second = pair
        reason = "both by their names, read together; to classify one of them by itself: --text COLUMN"
        return Texts(pair, (Finding("text", f"column {first}, with column {second}", reason),))
    if text:
        found = Finding("text", f"column {text}", "as given")
    else:
        chosen, found = _choose_text(others, file_name)
        text = chosen.name
    if not text_pair:
        return Texts((text,), (found,))
    return Texts((text, text_pair), (found, Finding("text_pair", f"column {text_pair}", "as given")))


def _named_pair(profiles: Sequence[ColumnProfile], file_name: str) -> tuple[()] | tuple[str, str]:
    """Two columns that are called as a pair; with `sentence1_parse` and the like beside them, the shortest names."""
    # Of a query and a passage, the query may be short.
    texts = [profile for profile in profiles if profile.kind in ("text", "words")]
    pairs = [
        (one.name, other.name)
        for one, other in itertools.permutations(texts, 2)
        if "text" in (one.kind, other.kind) and are_pair_names(one.name, other.name)
    ]
    # Names that differ by a number are a pair both ways round.
    pairs = [pair for index, pair in enumerate(pairs) if pair[::-1] not in pairs[:index]]
    if not pairs:
        return ()
    best, *rest = sorted(pairs, key=_num_characters)
    if rest and _num_characters(rest[0]) == _num_characters(best):
        found = "; ".join(f"{first!r} and {second!r}" for first, second in pairs)
        raise ColumnChoiceError(
            f"{file_name} has {len(pairs)} pairs of texts: {found}. Name one with --text COLUMN --text-pair COLUMN"
        )
    return best


def _num_characters(pair: tuple[str, str]) -> int:
    return sum(map(len, pair))


def _choose_text(profiles: Sequence[ColumnProfile], file_name: str) -> tuple[ColumnProfile, Finding]:
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
    named = [profile for profile in texts if name_rank(profile.name, TEXT_NAMES) < len(TEXT_NAMES)]
    if len(named) == 1:
        return named[0], _finding(named[0], f"by its name; also texts: {_names(texts, named[0])}")
    if chosen.mean_words < _CLEARLY_LONGER * others[0].mean_words:
        raise ColumnChoiceError(
            f"{file_name} has {len(texts)} columns that could be the text: {_candidates(by_length)}; name one with "
            "--text COLUMN, or two that are to be read together with --text COLUMN --text-pair COLUMN"
        )
    return chosen, _finding(chosen, f"the longest texts, {length}; also texts: {_names(texts, chosen)}")


def _finding(chosen: ColumnProfile, reason: str) -> Finding:
    return Finding("text", f"column {chosen.name}", reason)


def _names(profiles: Sequence[ColumnProfile], chosen: ColumnProfile) -> str:
    return ", ".join(profile.name for profile in profiles if profile is not chosen)


def _candidates(profiles: Sequence[ColumnProfile]) -> str:
    return ", ".join(f"{profile.name!r} ({profile.mean_words:.0f} words on average)" for profile in profiles)
