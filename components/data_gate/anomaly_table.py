"""Anomalies as a text table for people."""

import textwrap
from collections.abc import Sequence

from components.data_gate.found_anomaly import FoundAnomaly

_DETAILS_WIDTH = 72


def anomaly_table(anomalies: Sequence[FoundAnomaly]) -> str:
    """Lays anomalies out in columns, details wrapped; no line has trailing blanks."""
    rows = [("split", "column", "what", ["details"])]
    rows += [(anomaly.split, anomaly.feature, anomaly.what, _wrapped(anomaly.details)) for anomaly in anomalies]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = []
    for row in rows:
        for number, details in enumerate(row[3]):
            cells = [str(row[column]) if number == 0 else "" for column in range(3)]
            padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
            lines.append("  ".join([*padded, details]).rstrip())
    return "\n".join(lines)


def _wrapped(details: str) -> list[str]:
    return textwrap.wrap(details, _DETAILS_WIDTH) or [""]
