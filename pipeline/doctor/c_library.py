"""Whether the libraries load that need a newer C library than many hosts have."""

from pipeline.doctor.child_process import Outcome
from pipeline.doctor.finding import Finding

_NEEDED = (2, 39)
"""Of ml-metadata's and TFDV's wheels."""


def check_c_library(outcome: Outcome, c_library: str) -> Finding:
    """Reads the outcome of `pipeline.doctor.try_libraries`.

    Args:
        outcome: How it ended.
        c_library: What the interpreter runs on, such as `glibc 2.41`.
    """
    tried = outcome.output.split()
    if not outcome.fault:
        return Finding("ok", f"{c_library}; {' and '.join(tried)} load")
    name, _, version = c_library.partition(" ")
    if name == "glibc" and tuple(map(int, version.split(".")[:2])) < _NEEDED:
        return Finding(
            "problem",
            f"this Python runs on {c_library}, and the wheels of TFX need {'.'.join(map(str, _NEEDED))}",
            "`make setup` gives the environment a newer one; start bertline from there",
        )
    what = f"importing {tried[-1]}" if tried else "the process that imports them"
    return Finding("problem", f"{what} {outcome.fault}", "delete the environment's folder and run `make setup`")
