"""One check of `bertline doctor`, which cannot hang or stop the others."""

import dataclasses
import threading
from collections.abc import Callable

from pipeline.doctor.finding import Finding


@dataclasses.dataclass(frozen=True)
class Check:
    """One check.

    Attributes:
        name: What is checked, in a word or two.
        examine: Does it.
        limit_seconds: How long it may take.
    """

    name: str
    examine: Callable[[], Finding]
    limit_seconds: float = 30.0

    def finding(self) -> Finding:
        """Does the check; one that fails or gives no answer in time is a problem itself."""
        found: list[Finding] = []
        # A thread that hangs, on a file system that does not answer, does not keep the program from ending.
        thread = threading.Thread(target=lambda: found.append(self._examined()), daemon=True)
        thread.start()
        thread.join(self.limit_seconds)
        return found[0] if found else Finding("problem", f"gave no answer within {self.limit_seconds:.0f} s")

    def _examined(self) -> Finding:
        try:
            return self.examine()
        except Exception as error:  # noqa: BLE001 (whatever it is, the other checks go on)
            return Finding("problem", f"the check itself failed with {type(error).__name__}: {error}")
