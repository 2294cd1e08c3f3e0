"""What TensorFlow said of itself and of the hardware."""

import dataclasses
import json
from typing import Self

from pipeline.doctor.child_process import Outcome
from pipeline.doctor.finding import Finding


@dataclasses.dataclass(frozen=True)
class SeenByTensorFlow:
    """What `pipeline.doctor.try_tensorflow` saw.

    Attributes:
        version: TensorFlow's.
        gpus: Names of the GPUs that it can use.
        precision: What `training.precision: auto` means here.
    """

    version: str
    gpus: tuple[str, ...]
    precision: str

    @classmethod
    def of(cls, outcome: Outcome) -> Self | None:
        """Reads the process's outcome; None where it failed."""
        if outcome.fault:
            return None
        # The libraries write there too; the last line is ours.
        seen = json.loads(outcome.output.splitlines()[-1])
        return cls(seen["version"], tuple(seen["gpus"]), seen["precision"])


def check_tensorflow(outcome: Outcome) -> Finding:
    """Checks that TensorFlow can be imported."""
    seen = SeenByTensorFlow.of(outcome)
    if seen is None:
        way_out = "delete the environment's folder and run `make setup`"
        return Finding("problem", f"importing TensorFlow {outcome.fault}", way_out)
    return Finding("ok", f"{seen.version} can be imported")
