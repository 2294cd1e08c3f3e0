"""How the labels are spread, and the numbers where numbers are to be learnt."""

from collections.abc import Sequence

import numpy as np

from pipeline.inspection.inspection import LabelFacts
from pipeline.inspection.reading.row import Row
from pipeline.inspection.reading.row_counts import RowCounts

QUANTILES = {"least": 0.0, "5 %": 0.05, "half": 0.5, "95 %": 0.95, "most": 1.0}


def label_balance(counts: RowCounts, parts: Sequence[str], takes_weights: bool) -> LabelFacts | None:
    """Returns how the labels are spread; None where there are no label names.

    Args:
        counts: Of all rows.
        parts: The parts.
        takes_weights: Whether the task can weigh classes.
    """
    totals: dict[str, int] = {}
    for (_, label), count in counts.labels.items():
        totals[label] = totals.get(label, 0) + count
    if not totals:
        return None
    ordered = sorted(totals, key=lambda label: (-totals[label], label))
    rows = {label: {part: counts.labels[part, label] for part in parts} for label in ordered}
    return LabelFacts(rows, {part: counts.unlabelled[part] for part in parts}, takes_weights)


def number_quantiles(rows: Sequence[Row], parts: Sequence[str]) -> dict[str, dict[str, float]] | None:
    """Returns quantiles of the numbers that are to be learnt, by part; None where there are none."""
    numbers = {part: [row.number for row in rows if row.part == part and row.number is not None] for part in parts}
    found = {
        part: dict(zip(QUANTILES, np.quantile(values, list(QUANTILES.values())).tolist(), strict=True))
        for part, values in numbers.items()
        if values
    }
    return found or None
