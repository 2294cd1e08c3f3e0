"""What a second run says of the first."""

import dataclasses
from typing import Any

from pipeline.reproduce.comparison import Comparison, Rules, compare
from pipeline.reproduce.conditions import Conditions
from pipeline.reproduce.findings import Findings
from pipeline.reproduce.recorded_run import RecordedRun
from pipeline.runs.record import RunRecord


@dataclasses.dataclass(frozen=True)
class Reproduction:
    """What a second run says of the first.

    Attributes:
        run: The first.
        conditions: What was not as it was then, in words.
        comparisons: What was compared, in the order of the line.
    """

    run: str
    conditions: tuple[str, ...]
    comparisons: tuple[Comparison, ...]

    @classmethod
    def of(cls, run: RecordedRun, again: RunRecord, tolerance: float, without_baseline: str) -> "Reproduction":
        """Compares.

        Args:
            run: The first run.
            again: The second, of this release, come to its verdict.
            tolerance: By how much metrics may differ.
            without_baseline: Why the second was not judged against what the first was; empty where it was.
        """
        if again.provenance is None:
            raise AssertionError("this release records what a run is made of")
        conditions = Conditions.of(run.provenance, again.provenance)
        rules = Rules(tolerance, conditions.equal_bits, without_baseline)
        found = compare(Findings.of(run.record), Findings.of(again), rules)
        return cls(run.record.run, conditions.differences, found)

    @property
    def differences(self) -> tuple[Comparison, ...]:
        """What speaks against the reproduction."""
        return tuple(each for each in self.comparisons if each.decides and each.equal is False)

    @property
    def reproduced(self) -> bool:
        """Whether nothing does."""
        return not self.differences

    def verdict(self) -> str:
        """The result in one sentence."""
        if self.reproduced:
            return f"run {self.run} is reproduced"
        return f"run {self.run} is not reproduced: other {', '.join(each.what for each in self.differences)}"

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        return {"reproduced": self.reproduced, **dataclasses.asdict(self)}
