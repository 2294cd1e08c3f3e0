"""All that monitoring tells of a window, as plain values."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from components.report.report import LabelRows, NumberHistogram
from pipeline.monitoring.compare import Comparison
from pipeline.monitoring.log_files import LogTally
from pipeline.monitoring.window import Window


@dataclasses.dataclass(frozen=True)
class UnsureRow:
    """A request that the model was not sure of.

    Attributes:
        texts: By column; long ones are cut.
        labels: What it answered.
        confidence: How sure it was.
    """

    texts: Mapping[str, str]
    labels: tuple[str, ...]
    confidence: float


@dataclasses.dataclass(frozen=True)
class Histograms:
    """How numbers are spread, in the reference and in what was served; empty where there are none.

    Attributes:
        lengths: Lengths in word pieces.
        confidences: How sure the model was.
        numbers: What a regression answered.
    """

    lengths: tuple[NumberHistogram, ...]
    confidences: tuple[NumberHistogram, ...]
    numbers: tuple[NumberHistogram, ...]


@dataclasses.dataclass(frozen=True)
class MonitorReport:
    """One window.

    Attributes:
        name: The pipeline's name.
        task: The task's.
        version: The version in service.
        run: The run whose rows it is compared with.
        written_at: ISO 8601.
        window: When.
        tally: What became of all that the log holds.
        num_rows: Texts that the version answered in the window.
        comparison: The checks.
        labels: Rows with each label: of the train split, of the answers to held-out rows, of those that were served.
        histograms: How numbers are spread.
        new_pieces: The word pieces whose share of the texts rose most; None where texts may not be shown.
        unsure: The least sure answers; None likewise.
    """

    name: str
    task: str
    version: int
    run: str
    written_at: str
    window: Window
    tally: LogTally
    num_rows: int
    comparison: Comparison
    labels: tuple[LabelRows, ...]
    histograms: Histograms
    new_pieces: tuple[str, ...] | None
    unsure: tuple[UnsureRow, ...] | None

    def verdict(self) -> str:
        """In one sentence."""
        found = self.comparison
        if not found.is_decided:
            return (
                f"nothing is decided: {found.num_texts:,} different texts were asked in this window, and "
                f"monitoring.min_requests is {found.min_requests:,}"
            )
        if found.drifted:
            return f"drift: {', '.join(found.drifted)} of {found.num_texts:,} different texts"
        return f"no drift in {found.num_texts:,} different texts"

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        told = {"tally": self.tally.to_json(), "comparison": self.comparison.to_json(), "verdict": self.verdict()}
        return {**dataclasses.asdict(self), **told}
