"""What a person should know of an inspection, in sentences; which of them need a look is decided here alone."""

from collections import Counter
from collections.abc import Iterator, Mapping

from pipeline.inspection.inspection import Inspection, Remark
from pipeline.inspection.languages import MIN_CHARACTERS as MIN_FOR_LANGUAGE
from pipeline.inspection.text_kinds import MIN_CHARACTERS

_MAX_REJECTED = 0.01
"""As `data.max_rejected_fraction` is by default."""
_MAX_IMBALANCE = 10
_MAX_CUT = 0.05
_MAX_UNKNOWN = 0.01
_MAX_SURPLUS = 0.01
_MAX_SHORT = 0.01
_MAX_STRAYS = 0.01
_MIXED = 0.2
_MAX_NAMED = 5
_FEW_CLASSES = 2


def remarks_on(found: Inspection) -> tuple[Remark, ...]:
    """Returns the remarks, in the order of the subjects."""
    subjects = (_rows, _labels, _numbers, _lengths, _duplicates, _near, _leaks, _scripts, _languages, _short, _suspects)
    return (
        *(remark for subject in subjects for remark in subject(found)),
        *(Remark(subject, f"not looked at: {why}") for subject, why in found.not_applicable.items()),
    )


def _rows(found: Inspection) -> Iterator[Remark]:
    rows = found.rows
    read, usable = sum(rows.read.values()), sum(rows.usable.values())
    parts = ", ".join(f"{part} {rows.usable.get(part, 0):,}" for part in found.parts)
    rejected = f"; {_rows_of(read - usable)} ({_percent(read - usable, read)}) cannot be used" if usable < read else ""
    yield Remark("rows", f"{read:,} read: {parts}{rejected}", read - usable > _MAX_REJECTED * read)
    for kind in rows.rejected[:_MAX_NAMED]:
        yield Remark("rows", f"{_rows_of(kind.rows)}, such as {kind.first_place}: {kind.first_reason}", False)
    for damaged in rows.damaged:
        yield Remark("rows", f"damaged, and not read to its end: {damaged}", True)
    if rows.one_in > 1:
        yield Remark(
            "sample",
            f"all that follows, but for the labels' counts, is of {rows.inspected:,} rows: those of one in "
            f"{rows.one_in:,} texts, by a hash of it. Equal texts are in the sample together, so that shares of "
            "duplicates hold for all rows; of nearly equal ones it sees fewer. --max-rows takes more",
        )


def _labels(found: Inspection) -> Iterator[Remark]:
    if found.labels is None:
        return
    rows = found.labels.rows
    totals = {label: sum(counts.values()) for label, counts in rows.items()}
    largest, *_, smallest = [*totals, *totals]
    times = totals[largest] / totals[smallest]
    way_out = "; training.class_weights: balanced makes up for it" if found.labels.takes_weights else ""
    spread = (
        f"the largest, {largest}, has {_rows_of(totals[largest])}, the smallest, {smallest}, {totals[smallest]:,}: "
        f"{times:.1f} times as many{way_out if times >= _MAX_IMBALANCE else ''}"
    )
    yield Remark("labels", f"{len(rows)}; {spread if times > 1 else 'all of the same size'}", times >= _MAX_IMBALANCE)
    single = [label for label, total in totals.items() if total == 1]
    if single:
        yield Remark("labels", f"{_named(single)} with a single row: nothing can be learnt of it", True)
    if len(rows) < _FEW_CLASSES:
        yield Remark("labels", "one label only: there is nothing to learn", True)
    yield from _missing_labels(found, rows)


def _missing_labels(found: Inspection, rows: Mapping[str, Mapping[str, int]]) -> Iterator[Remark]:
    train, *others = found.parts
    for part in others:
        missing = [label for label, counts in rows.items() if counts[train] and not counts[part]]
        if missing:
            yield Remark("labels", f"{part} has no row of {_named(missing)}, which is not judged there", True)
        unknown = [label for label, counts in rows.items() if counts[part] and not counts[train]]
        if unknown:
            yield Remark("labels", f"{train} has no row of {_named(unknown)}, which {part} has: rejected there", True)


def _numbers(found: Inspection) -> Iterator[Remark]:
    for part, numbers in (found.numbers or {}).items():
        shown = ", ".join(f"{name} {value:.4g}" for name, value in numbers.items())
        yield Remark("numbers", f"{part}: {shown}")


def _lengths(found: Inspection) -> Iterator[Remark]:
    lengths = found.lengths
    over, rows = sum(lengths.over.values()), max(1, found.rows.inspected)
    shown = ", ".join(f"{name} {value:,.0f}" for name, value in lengths.quantiles.items())
    estimate = f" (estimated: {lengths.estimated_because})" if lengths.estimated_because else ""
    end = f"{_rows_of(over)} ({_percent(over, rows)}) above are {lengths.of_longer}" if over else "no row is above"
    is_cut = lengths.of_longer == "cut" and over > _MAX_CUT * rows
    yield Remark("lengths", f"word pieces{estimate}: {shown}; of the limit of {lengths.limit}, {end}", is_cut)
    if lengths.unknown_share is not None:
        yield Remark(
            "unknown",
            f"{lengths.unknown_share:.2%} of the word pieces are unknown to the vocabulary of {lengths.preset}"
            + (f"; {_rows_of(lengths.num_strange)} of which more than a fifth" if lengths.num_strange else ""),
            lengths.unknown_share > _MAX_UNKNOWN,
        )


def _duplicates(found: Inspection) -> Iterator[Remark]:
    facts = found.duplicates
    if not facts.num_groups:
        yield Remark("duplicates", "no two rows have the same text")
        return
    repeats = f"{_rows_of(facts.num_surplus)} ({_percent(facts.num_surplus, found.rows.inspected)})"
    yield Remark(
        "duplicates",
        f"{repeats} with the text of another row, white space aside",
        facts.num_surplus > _MAX_SURPLUS * found.rows.inspected,
    )
    if facts.num_conflicts:
        yield Remark(
            "duplicates",
            f"rows of {facts.num_conflicts:,} of the {facts.num_groups:,} repeated texts contradict each other",
            True,
        )


def _near(found: Inspection) -> Iterator[Remark]:
    facts = found.near
    if not facts.num_near:
        yield Remark("near", "no two different texts are nearly equal")
        return
    yield Remark(
        "near",
        f"{facts.num_near:,} of {facts.num_texts:,} different texts are nearly equal to another (Jaccard similarity "
        f"{facts.threshold:g} and above), in {facts.num_groups:,} group{'s' * (facts.num_groups != 1)}",
    )
    if facts.num_conflicts:
        yield Remark("near", f"{facts.num_conflicts:,} pairs of these have different labels", True)


def _leaks(found: Inspection) -> Iterator[Remark]:
    for leak in found.leaks:
        total = sum(found.lengths.counts[leak.part].values())
        both = leak.equal + leak.near
        yield Remark(
            "leaks",
            f"{leak.known_from} has the text of {_rows_of(both)} of {leak.part} ({_percent(both, total)}): of "
            f"{leak.equal:,} the same, of {leak.near:,} nearly the same",
            True,
        )
    if not found.leaks and len(found.parts) > 1:
        yield Remark("leaks", f"no text is in two of {', '.join(found.parts)}, nor nearly")


def _scripts(found: Inspection) -> Iterator[Remark]:
    yield Remark("scripts", _shares(found.scripts.rows, found.rows.inspected))


def _languages(found: Inspection) -> Iterator[Remark]:
    facts = found.languages
    if not facts.asked:
        yield Remark("languages", f"no text has {MIN_FOR_LANGUAGE} letters and digits, which it takes to tell")
        return
    of = f"of {facts.asked:,} texts with {MIN_FOR_LANGUAGE} letters and digits or more"
    some = f" (of {facts.long_enough:,}, evenly spread)" if facts.asked < facts.long_enough else ""
    # Where languages are mixed on purpose no row is a stray.
    are_strays = _MAX_STRAYS * facts.asked < facts.num_others < _MIXED * facts.asked
    yield Remark("languages", f"{_shares(facts.rows, facts.asked)}, {of}{some}", are_strays)


def _shares(rows: Mapping[str, Mapping[str, int]], whole: int) -> str:
    """What all parts have of each kind, the most frequent first."""
    totals = sum(map(Counter, rows.values()), Counter[str]()).most_common()
    shown = [f"{kind} {_percent(count, whole)}" for kind, count in totals[:_MAX_NAMED]]
    rest = sum(count for _, count in totals[_MAX_NAMED:])
    return ", ".join([*shown, f"others {_percent(rest, whole)}"] if rest else shown)


def _short(found: Inspection) -> Iterator[Remark]:
    num = found.short.num_rows
    if num:
        yield Remark(
            "short",
            f"{_rows_of(num)} with fewer than {MIN_CHARACTERS} letters and digits",
            num > _MAX_SHORT * found.rows.inspected,
        )


def _suspects(found: Inspection) -> Iterator[Remark]:
    facts = found.suspects
    if facts is None:
        return
    left_out = f"; not {_named(list(facts.classes_left_out))}: too few rows" if facts.classes_left_out else ""
    if not facts.checked:
        yield Remark("suspects", f"no label could be checked{left_out}")
        return
    some = f" (of {facts.of:,}; --max-label-rows checks more)" if facts.is_sample else ""
    given = f"classifiers that had not seen the row gave {facts.accuracy:.1%} of the labels as well"
    if facts.is_telling:
        found_wrong = f"{facts.num_suspects:,} of {facts.checked:,} labels{some} are likely wrong; {given}{left_out}"
        yield Remark("suspects", found_wrong, facts.num_suspects > 0)
    else:
        yield Remark(
            "suspects",
            f"wrong labels cannot be told{some}: {given}, and the most frequent one alone has {facts.majority:.1%}: "
            f"they know too little to be relied on{left_out}",
        )


def _rows_of(number: int) -> str:
    return f"{number:,} row{'s' * (number != 1)}"


def _percent(part: int, whole: int) -> str:
    return f"{part / max(1, whole):.1%}"


def _named(labels: list[str]) -> str:
    shown = ", ".join(labels[:_MAX_NAMED])
    return shown if len(labels) <= _MAX_NAMED else f"{shown} and {len(labels) - _MAX_NAMED:,} more"
