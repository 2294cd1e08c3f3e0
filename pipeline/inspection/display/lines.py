"""An inspection as lines for a terminal."""

import textwrap
from collections.abc import Iterator, Sequence

from pipeline.inspection.inspection import Inspection, ShownPair, ShownRow

_MAX_EXAMPLES = 3
_SUBJECT_WIDTH = 12
_LOOK, _FINE = "!", " "


def inspection_lines(found: Inspection, width: int) -> list[str]:
    """Returns a line or more for each remark, those that need a look with an exclamation mark, and some rows.

    Args:
        found: The inspection.
        width: Characters of a line.
    """
    columns = ", ".join(f"{name}: {source}" for name, source in found.columns.items())
    lines = [*textwrap.wrap(_printable(f"{found.name}: {found.task} of {columns}"), width), ""]
    examples = _examples(found)
    subjects = [remark.subject for remark in found.remarks]
    for number, remark in enumerate(found.remarks):
        is_first, is_last = remark.subject not in subjects[:number], remark.subject not in subjects[number + 1 :]
        start = f"{_LOOK if remark.needs_a_look else _FINE} {remark.subject if is_first else '':<{_SUBJECT_WIDTH}}"
        lines += _wrapped(remark.sentence, start, width)
        if is_last:
            lines += [line for text in examples.get(remark.subject, ()) for line in _example(text, width)]
    return lines


def summary_line(found: Inspection) -> str:
    """One sentence on all remarks."""
    number = found.num_to_look_at
    if not number:
        return "nothing needs a look"
    return f"{number} remark{'s' * (number != 1)}, marked with {_LOOK}, need{'s' * (number == 1)} a look"


def _examples(found: Inspection) -> dict[str, list[str]]:
    """Some rows, by the subject of the remark that they belong to."""
    suspects = found.suspects.suspects if found.suspects and found.suspects.is_telling else ()
    groups = (group for group in found.duplicates.groups if group.has_conflict)
    return {
        "duplicates": [
            " = ".join(f"{row.place} {row.label}".rstrip() for row in group.rows[:_MAX_EXAMPLES])
            + _quoted(group.rows[0])
            for group, _ in zip(groups, range(_MAX_EXAMPLES), strict=False)
        ],
        "near": list(map(_pair, [pair for pair in found.near.pairs if pair.has_conflict][:_MAX_EXAMPLES])),
        "leaks": list(map(_pair, [leak.pairs[0] for leak in found.leaks])),
        "languages": [
            f"{each.language}: {each.row.place} {each.row.label}".rstrip() + _quoted(each.row)
            for each in found.languages.others[:_MAX_EXAMPLES]
        ],
        "short": [f"{row.place} {row.label}{_quoted(row)}" for row in found.short.rows[:_MAX_EXAMPLES]],
        "suspects": [
            f"{each.row.place} {each.row.label} ({each.confidence:.2f}), rather {each.suggested} "
            f"({each.suggested_confidence:.2f}){_quoted(each.row)}"
            for each in suspects[:_MAX_EXAMPLES]
        ],
    }


def _pair(pair: ShownPair) -> str:
    places = " ~ ".join(f"{row.place} {row.label}".rstrip() for row in (pair.first, pair.second))
    return f"{pair.similarity:.2f}: {places}{_quoted(pair.first)}"


def _quoted(row: ShownRow) -> str:
    return "" if row.text is None else f" “{' '.join(row.text.split())}”"


def _example(text: str, width: int) -> Iterator[str]:
    indent = " " * (_SUBJECT_WIDTH + 4)
    line = textwrap.shorten(_printable(text), 2 * (width - len(indent)), placeholder=" …")
    yield from textwrap.wrap(line, width, initial_indent=indent, subsequent_indent=f"{indent}  ")


def _wrapped(sentence: str, start: str, width: int) -> Sequence[str]:
    indent = " " * (_SUBJECT_WIDTH + 2)
    return textwrap.wrap(
        _printable(sentence), width, initial_indent=start, subsequent_indent=indent, break_on_hyphens=False
    )


def _printable(text: str) -> str:
    # Names and texts are the data's: an escape sequence in one must not reach the terminal.
    return "".join(character if character.isprintable() else " " for character in text)
