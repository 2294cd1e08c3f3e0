"""What the user says of the task and its columns."""

import dataclasses
import difflib

from pipeline.guess.column_choice_error import ColumnChoiceError
from pipeline.guess.sample import Sample


@dataclasses.dataclass(frozen=True)
class NamedColumns:
    """What the user says of the task and its columns; None where it is to be guessed.

    Attributes:
        task: The task.
        text: The text column.
        text_pair: The column of the other text.
        label: The column of labels or scores.
    """

    task: str | None = None
    text: str | None = None
    text_pair: str | None = None
    label: str | None = None

    def options(self) -> dict[str, str]:
        """The columns that are given, by option."""
        given = {"--text": self.text, "--text-pair": self.text_pair, "--label": self.label}
        return {option: column for option, column in given.items() if column is not None}

    def check(self, sample: Sample) -> None:
        """Checks that the columns are there, and none is given twice.

        Raises:
            ColumnChoiceError: One is not, or is.
        """
        seen: dict[str, str] = {}
        for option, column in self.options().items():
            if column not in sample.columns:
                nearest = difflib.get_close_matches(column, sample.columns, n=1)
                hint = f"; did you mean {nearest[0]!r}?" if nearest else "."
                known = ", ".join(map(repr, sample.columns))
                raise ColumnChoiceError(f"{option}: {sample.path} has no column {column!r}{hint} Its columns: {known}")
            if column in seen:
                raise ColumnChoiceError(f"{seen[column]} and {option} name the same column, {column!r}")
            seen[column] = option
