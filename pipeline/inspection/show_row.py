"""Rows as a person finds them again."""

import dataclasses
import functools
import pathlib

from pipeline.inspection.inspection import ShownPair, ShownRow
from pipeline.inspection.reading.row import Row

_MAX_CHARACTERS = 500


@dataclasses.dataclass(frozen=True)
class RowDisplay:
    """Says what of a row is shown.

    Attributes:
        shows_texts: Whether its text is.
        paths: All files; where their names differ, folders are left out.
    """

    shows_texts: bool
    paths: tuple[str, ...] = ()

    @functools.cached_property
    def _short_names(self) -> dict[str, str]:
        names = [pathlib.PurePath(path).name for path in self.paths]
        return dict(zip(self.paths, names, strict=True)) if len(set(names)) == len(names) else {}

    def row(self, row: Row) -> ShownRow:
        """Returns a row, its text cut if it is long."""
        text = row.text if len(row.text) <= _MAX_CHARACTERS else f"{row.text[: _MAX_CHARACTERS - 1]}…"
        place = f"{self._short_names.get(row.file, row.file)}:{row.line}"
        return ShownRow(place, row.part, row.label, text if self.shows_texts else None)

    def pair(self, first: Row, second: Row, similarity: float) -> ShownPair:
        """Returns two rows that are alike."""
        return ShownPair(self.row(first), self.row(second), similarity, set(first.labels) != set(second.labels))
