"""Inspects the rows of a config or of files."""

import dataclasses
from collections.abc import Callable

from models.encoder_settings import EncoderSettings
from models.tasks.interface.task import Task
from models.user_error import UserError
from pipeline.guess.finding import Finding
from pipeline.inspection.count_pieces import count_pieces
from pipeline.inspection.find_duplicates import find_duplicates
from pipeline.inspection.inspection import Inspection, RowFacts
from pipeline.inspection.labels.find_suspects import SuspectSearch
from pipeline.inspection.labels.label_balance import label_balance, number_quantiles
from pipeline.inspection.languages import count_languages
from pipeline.inspection.near.find_near import DistinctTexts
from pipeline.inspection.reading.read_rows import ReadRows, read_rows
from pipeline.inspection.reading.target import Target
from pipeline.inspection.remarks import remarks_on
from pipeline.inspection.show_row import RowDisplay
from pipeline.inspection.text_kinds import count_scripts, find_short


@dataclasses.dataclass(frozen=True)
class Effort:
    """How much is looked at.

    Attributes:
        max_rows: Rows that are inspected.
        max_label_rows: Rows whose labels are checked; 0 for none.
    """

    max_rows: int = 200_000
    max_label_rows: int = 10_000


def inspect_data(target: Target, effort: Effort, tell: Callable[[str], None] = lambda note: None) -> Inspection:
    """Reads and inspects all rows.

    Args:
        target: What is inspected.
        effort: How much is looked at.
        tell: Is told what is being done.

    Raises:
        UserError: There is no row that can be used.
    """
    tell("reading rows")
    read = read_rows(target, effort.max_rows)
    if not read.rows:
        kinds = read.counts.rejected_kinds()
        first = f"; the first: {kinds[0].first_place}: {kinds[0].first_reason}" if kinds else ""
        raise UserError(f"{target.name}: no row can be used{first}")
    display = RowDisplay(target.shows_texts, tuple(file.path for file in target.files))
    tell("comparing texts")
    distinct = DistinctTexts.of_rows(read.rows)
    tell("counting word pieces")
    lengths = count_pieces(read.rows, target, display)
    tell("telling languages apart")
    languages = count_languages(read.rows, target.parts, display)
    fault = _why_not_checked(target, effort)
    suspects = None if fault else _search(target, effort, distinct, tell).find(read.rows, display)
    found = Inspection(
        name=target.name,
        task=target.parser.task.name,
        columns={name: source for name, source in target.parser.columns.canonical.items() if _is_there(source, target)},
        guesses=tuple(map(_sentence, target.guesses)),
        parts=target.parts,
        rows=_row_facts(read),
        labels=label_balance(read.counts, target.parts, "class_weights" in target.parser.task.loss_options),
        numbers=number_quantiles(read.rows, target.parts),
        lengths=lengths,
        duplicates=find_duplicates(read.rows, display),
        near=distinct.near_facts(display),
        leaks=distinct.leaks(target.parts, display),
        scripts=count_scripts(read.rows, target.parts),
        languages=languages,
        short=find_short(read.rows, display),
        suspects=suspects,
        not_applicable={"suspects": fault} if fault else {},
    )
    return dataclasses.replace(found, remarks=remarks_on(found))


def _search(target: Target, effort: Effort, distinct: DistinctTexts, tell: Callable[[str], None]) -> SuspectSearch:
    tell("loading the model to check labels")
    return SuspectSearch(
        EncoderSettings(target.preset, target.sequence_length),
        effort.max_label_rows,
        distinct.group_of,
        lambda done, whole: tell(f"reading texts to check labels: {done:,} of {whole:,}"),
    )


def _why_not_checked(target: Target, effort: Effort) -> str:
    if not _has_one_label(target.parser.task):
        return f"that takes rows of one label each, and {target.parser.task.name} has others"
    if not effort.max_label_rows:
        return "--no-labels"
    return f"{target.why_no_preset}; --preset names another for data files" if target.why_no_preset else ""


def _has_one_label(task: Task) -> bool:
    return any(feature.name == task.label_feature and feature.kind == "string" for feature in task.features())


def _is_there(column: str, target: Target) -> bool:
    return any(column in file.columns for file in target.files)


def _row_facts(read: ReadRows) -> RowFacts:
    return RowFacts(
        read=dict(read.counts.read),
        usable=dict(read.counts.usable),
        rejected=read.counts.rejected_kinds(),
        damaged=tuple(read.counts.damaged),
        inspected=len(read.rows),
        one_in=read.one_in,
    )


def _sentence(guess: Finding) -> str:
    return f"{guess.subject}: {guess.choice}" + (f" ({guess.reason})" if guess.reason else "")
