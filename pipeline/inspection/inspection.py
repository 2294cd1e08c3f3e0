"""All that an inspection found, as plain values; `--json` prints it."""

import dataclasses
from collections.abc import Mapping

from pipeline.inspection.reading.row_counts import RejectedKind

MAX_LISTED = 500
"""Rows of a kind that are listed one by one; all are counted."""


@dataclasses.dataclass(frozen=True)
class Remark:
    """What a person should know.

    Attributes:
        subject: What it is about, in a word.
        sentence: What was found.
        needs_a_look: Whether something is likely amiss.
    """

    subject: str
    sentence: str
    needs_a_look: bool = False


@dataclasses.dataclass(frozen=True)
class ShownRow:
    """A row as a person finds it again; the text is None where texts may not be shown."""

    place: str
    part: str
    label: str
    text: str | None


@dataclasses.dataclass(frozen=True)
class RowFacts:
    """What became of the rows.

    Attributes:
        read: Rows by file.
        usable: Rows that the task can use, by part: a split, or a file whose name tells none.
        rejected: Why the others cannot be used.
        damaged: Files that could not be read to their ends, and why.
        inspected: How many of the usable rows were looked at one by one.
        one_in: These are those of one in so many texts; 1 for all.
    """

    read: Mapping[str, int]
    usable: Mapping[str, int]
    rejected: tuple[RejectedKind, ...]
    damaged: tuple[str, ...]
    inspected: int
    one_in: int


@dataclasses.dataclass(frozen=True)
class LabelFacts:
    """How the labels are spread over all usable rows.

    Attributes:
        rows: The rows that have a label, by label and part, the most frequent label first.
        without: Rows without any label, by part.
        takes_weights: Whether `training.class_weights` makes up for rare labels.
    """

    rows: Mapping[str, Mapping[str, int]]
    without: Mapping[str, int]
    takes_weights: bool


@dataclasses.dataclass(frozen=True)
class LengthFacts:
    """How many word pieces the rows have, special tokens included.

    Attributes:
        limit: `model.sequence_length`, or what `bertline init` would choose.
        preset: Whose vocabulary counted.
        estimated_because: Why that could not be had, so that the numbers are estimates; empty where they are none.
        quantiles: Of all parts, by name.
        counts: Rows by length, by part.
        over: Rows above the limit, by part.
        of_longer: What happens to them.
        unknown_share: The share of pieces that the vocabulary does not know; None where it could not be had.
        num_strange: Rows of which more than a fifth is unknown.
        strange: Some of these.
    """

    limit: int
    preset: str
    estimated_because: str
    quantiles: Mapping[str, float]
    counts: Mapping[str, Mapping[int, int]]
    over: Mapping[str, int]
    of_longer: str
    unknown_share: float | None
    num_strange: int
    strange: tuple[ShownRow, ...]


@dataclasses.dataclass(frozen=True)
class DuplicateGroup:
    """Rows of the same texts."""

    rows: tuple[ShownRow, ...]
    num_rows: int
    has_conflict: bool


@dataclasses.dataclass(frozen=True)
class DuplicateFacts:
    """Rows whose texts are equal, white space aside.

    Attributes:
        num_groups: Texts that several rows have.
        num_surplus: Rows beyond the first of each.
        num_conflicts: Texts whose rows do not say the same.
        groups: Those with a conflict first, then the largest.
    """

    num_groups: int
    num_surplus: int
    num_conflicts: int
    groups: tuple[DuplicateGroup, ...]


@dataclasses.dataclass(frozen=True)
class ShownPair:
    """Two rows whose texts are nearly equal."""

    first: ShownRow
    second: ShownRow
    similarity: float
    has_conflict: bool


@dataclasses.dataclass(frozen=True)
class NearFacts:
    """Texts that are nearly equal, of those that are not equal.

    Attributes:
        threshold: The least similarity.
        num_texts: Different texts that were compared.
        num_near: Those of them that are nearly equal to another.
        num_groups: Groups that they make.
        num_conflicts: Pairs found whose rows do not say the same.
        pairs: Those with a conflict first, then the most similar.
    """

    threshold: float
    num_texts: int
    num_near: int
    num_groups: int
    num_conflicts: int
    pairs: tuple[ShownPair, ...]


@dataclasses.dataclass(frozen=True)
class Leak:
    """Rows of one part whose text is in another that comes before, too.

    Attributes:
        part: The part that should judge.
        known_from: The other one.
        equal: Rows of the same text.
        near: Further rows of nearly the same.
        pairs: Some of both, the row of `known_from` first.
    """

    part: str
    known_from: str
    equal: int
    near: int
    pairs: tuple[ShownPair, ...]


@dataclasses.dataclass(frozen=True)
class ScriptFacts:
    """In which scripts the texts are, by part: rows by script."""

    rows: Mapping[str, Mapping[str, int]]


@dataclasses.dataclass(frozen=True)
class LanguageRow:
    """A row that is in another language than most."""

    language: str
    row: ShownRow


@dataclasses.dataclass(frozen=True)
class LanguageFacts:
    """In which languages the texts are.

    Attributes:
        rows: Rows by language, by part.
        asked: Rows whose language was looked for.
        long_enough: Rows that are long enough for that.
        num_others: Rows in another language than the most frequent one.
        others: Some of these.
    """

    rows: Mapping[str, Mapping[str, int]]
    asked: int
    long_enough: int
    num_others: int
    others: tuple[LanguageRow, ...]


@dataclasses.dataclass(frozen=True)
class ShortFacts:
    """Rows with hardly any text: how many, and some."""

    num_rows: int
    rows: tuple[ShownRow, ...]


@dataclasses.dataclass(frozen=True)
class Suspect:
    """A row whose label is likely wrong, with the likelier one, and how sure the classifier is of each."""

    row: ShownRow
    suggested: str
    confidence: float
    suggested_confidence: float


@dataclasses.dataclass(frozen=True)
class SuspectFacts:
    """Labels that are likely wrong.

    Attributes:
        checked: Rows whose labels were checked.
        of: Rows that have one label.
        is_sample: Whether fewer were chosen than there are.
        accuracy: Which part of the labels the classifiers gave as well.
        majority: Which part the most frequent label has, so that always to give that would be as good.
        classes_left_out: Labels of too few rows to be checked.
        num_suspects: How many are likely wrong.
        suspects: The likeliest first.
    """

    checked: int
    of: int
    is_sample: bool
    accuracy: float
    majority: float
    classes_left_out: tuple[str, ...]
    num_suspects: int
    suspects: tuple[Suspect, ...]

    @property
    def is_telling(self) -> bool:
        """Whether the classifiers learnt what tells the labels apart: a quarter of what there is to learn."""
        return self.accuracy >= self.majority + (1 - self.majority) / 4


@dataclasses.dataclass(frozen=True)
class Inspection:
    """What an inspection found; a part that does not apply is None, and `not_applicable` says why.

    Attributes:
        name: What was inspected.
        task: The task.
        columns: What the files call its columns.
        guesses: What was guessed, in sentences.
        parts: The parts, those that train first.
        rows: What became of the rows.
        labels: How labels are spread.
        numbers: Quantiles of the numbers that are to be learnt, by part.
        lengths: How long the rows are.
        duplicates: Equal texts.
        near: Nearly equal texts.
        leaks: Texts that are in two parts.
        scripts: In which scripts texts are.
        languages: In which languages.
        short: Rows with hardly any text.
        suspects: Labels that are likely wrong.
        not_applicable: What was not looked at, and why, by subject.
        remarks: All that a person should know, in sentences.
    """

    name: str
    task: str
    columns: Mapping[str, str]
    guesses: tuple[str, ...]
    parts: tuple[str, ...]
    rows: RowFacts
    labels: LabelFacts | None
    numbers: Mapping[str, Mapping[str, float]] | None
    lengths: LengthFacts
    duplicates: DuplicateFacts
    near: NearFacts
    leaks: tuple[Leak, ...]
    scripts: ScriptFacts
    languages: LanguageFacts
    short: ShortFacts
    suspects: SuspectFacts | None
    not_applicable: Mapping[str, str]
    remarks: tuple[Remark, ...] = ()

    @property
    def num_to_look_at(self) -> int:
        """How many remarks need a look."""
        return sum(remark.needs_a_look for remark in self.remarks)
