"""Finds rows whose labels are likely wrong."""

import dataclasses
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from models.encoder_settings import EncoderSettings
from pipeline.inspection.inspection import MAX_LISTED, Suspect, SuspectFacts
from pipeline.inspection.labels.cross_validation import NUM_FOLDS, folds_of, held_out_probabilities
from pipeline.inspection.labels.likely_errors import likely_errors
from pipeline.inspection.labels.softmax_regression import Float64, Int64
from pipeline.inspection.reading.row import Row
from pipeline.inspection.show_row import RowDisplay


@dataclasses.dataclass(frozen=True)
class SuspectSearch:
    """How labels are checked.

    Attributes:
        settings: The preset that makes vectors of texts.
        max_rows: How many rows are checked.
        group_of: The group of near duplicates of each content, by its digest.
        tell: Is told now and then how many texts are read, and of how many.
    """

    settings: EncoderSettings
    max_rows: int
    group_of: Mapping[bytes, int]
    tell: Callable[[int, int], None]

    def find(self, rows: Sequence[Row], display: RowDisplay) -> SuspectFacts:
        """Checks the labels of rows that have one each.

        Args:
            rows: The rows.
            display: Says what of a row may be shown.

        Raises:
            UserError: The preset cannot be loaded.
        """
        is_sample = len(rows) > self.max_rows
        chosen = self._chosen(rows) if is_sample else list(rows)
        counts = Counter(row.label for row in chosen)
        # A fold without the class could not tell it.
        names = sorted(label for label, count in counts.items() if count >= NUM_FOLDS)
        chosen = [row for row in chosen if row.label in set(names)]
        left_out = tuple(sorted(set(counts) - set(names)))
        if len(names) < 2:
            return SuspectFacts(0, len(rows), is_sample, 0.0, 0.0, left_out, 0, ())
        labels = np.array([names.index(row.label) for row in chosen], np.int64)
        probabilities = self._probabilities(chosen, labels)
        errors = likely_errors(probabilities, labels)
        suspects = (
            Suspect(display.row(chosen[e.row]), names[e.suggested], e.confidence, e.suggested_confidence)
            for e in errors[:MAX_LISTED]
        )
        accuracy = float((probabilities.argmax(axis=1) == labels).mean())
        majority = max(counts.values()) / len(chosen)
        return SuspectFacts(
            len(chosen), len(rows), is_sample, accuracy, majority, left_out, len(errors), tuple(suspects)
        )

    def _chosen(self, rows: Sequence[Row]) -> list[Row]:
        """As many rows as may be checked: which, does not depend on their order."""
        return sorted(rows, key=lambda row: (row.identity, row.file, row.line))[: self.max_rows]

    def _probabilities(self, rows: Sequence[Row], labels: Int64) -> Float64:
        # TensorFlow and Keras are imported here.
        from pipeline.inspection.labels.text_vectors import text_vectors

        texts = [row.texts for row in rows]
        num_texts = sum(map(len, texts))
        vectors = text_vectors(texts, self.settings, lambda num_done: self.tell(num_done, num_texts))
        groups = np.array([self.group_of[row.content] for row in rows], np.int64)
        folds = folds_of(labels, groups, [row.identity for row in rows])
        return held_out_probabilities(vectors, labels, folds, penalty=1 / len(rows))
