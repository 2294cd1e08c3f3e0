"""What else than data and config may differ between two runs, and whether bits can be expected to be equal."""

import dataclasses
from collections.abc import Iterator

from pipeline.runs.provenance import Provenance
from pipeline.runs.provenance_lines import code_in_words, short

_MACHINE = ("processor", "cores", "memory", "accelerators", "system")
_COMPUTES = ("processor", "cores", "accelerators")
"""What the order of additions depends on."""


@dataclasses.dataclass(frozen=True)
class Conditions:
    """Under what two runs took place.

    Attributes:
        differences: Each in words.
        equal_bits: Whether the same numbers to the last bit are to be expected: the same code on the same kind of CPU.
    """

    differences: tuple[str, ...]
    equal_bits: bool

    @classmethod
    def of(cls, before: Provenance, now: Provenance) -> "Conditions":
        """Compares code, lock, libraries and machine."""
        machines = [(before.machine.get(part, ""), now.machine.get(part, "")) for part in _COMPUTES]
        same_machine = all(one == other for one, other in machines)
        equal_bits = (
            before.code.fingerprint == now.code.fingerprint
            and same_machine
            and now.machine.get("accelerators") == "none"
        )
        return cls(tuple(_differences(before, now)), equal_bits)


def _differences(before: Provenance, now: Provenance) -> Iterator[str]:
    if before.code != now.code:
        unread = "" if before.code.fingerprint != now.code.fingerprint else "; the code that the run comes to is equal"
        yield f"code: {code_in_words(before.code)}, now {code_in_words(now.code)}{unread}"
    if before.lock != now.lock:
        yield f"lock: {short(before.lock or 'none')}, now {short(now.lock or 'none')}"
    for name in sorted({*before.libraries, *now.libraries}):
        one, other = before.libraries.get(name, "none"), now.libraries.get(name, "none")
        if one != other:
            yield f"{name}: {one}, now {other}"
    for part in _MACHINE:
        one, other = before.machine.get(part, "unknown"), now.machine.get(part, "unknown")
        if one != other:
            yield f"{part}: {one}, now {other}"
