"""What else than data and config may differ, and what that means for bits."""

import dataclasses

import pytest

from pipeline.reproduce.conditions import Conditions
from pipeline.runs.provenance import CodeVersion, Provenance

BEFORE = Provenance(
    code=CodeVersion("f" * 32, "c" * 40, False, "0.1.0"),
    lock="a" * 64,
    libraries={"python": "3.11.9", "keras": "3.15.0"},
    data={},
    schema=None,
    preset="p",
    config={"training": {"seed": 42}},
    machine={"processor": "AMD", "cores": "2", "memory": "8 GiB", "accelerators": "none", "system": "Linux"},
)


def test_equal_conditions_mean_equal_bits() -> None:
    assert Conditions.of(BEFORE, BEFORE) == Conditions((), equal_bits=True)


@pytest.mark.parametrize(
    ("changes", "told", "equal_bits"),
    [
        (
            {"code": CodeVersion("e" * 32, "c" * 40, True, "0.1.0")},
            "code: commit cccccccccccc, fingerprint ffffffffffff, now commit cccccccccccc, changed since, fingerprint "
            "eeeeeeeeeeee",
            False,
        ),
        (
            {"code": CodeVersion("f" * 32, "d" * 40, False, "0.1.0")},
            "code: commit cccccccccccc, fingerprint ffffffffffff, now commit dddddddddddd, fingerprint ffffffffffff; "
            "the code that the run comes to is equal",
            True,
        ),
        ({"lock": None}, "lock: aaaaaaaaaaaa, now none", True),
        ({"libraries": {"python": "3.11.9"}}, "keras: 3.15.0, now none", True),
        ({"machine": {**BEFORE.machine, "cores": "4"}}, "cores: 2, now 4", False),
        ({"machine": {**BEFORE.machine, "processor": "Intel"}}, "processor: AMD, now Intel", False),
        ({"machine": {**BEFORE.machine, "memory": "16 GiB"}}, "memory: 8 GiB, now 16 GiB", True),
    ],
)
def test_each_difference_is_told(changes: dict[str, object], told: str, equal_bits: bool) -> None:
    now = dataclasses.replace(BEFORE, **changes)
    assert Conditions.of(BEFORE, now) == Conditions((told,), equal_bits)


def test_accelerators_add_in_any_order() -> None:
    on_gpu = dataclasses.replace(BEFORE, machine={**BEFORE.machine, "accelerators": "H200"})
    assert Conditions.of(on_gpu, on_gpu) == Conditions((), equal_bits=False)
