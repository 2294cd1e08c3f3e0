import time

from pipeline.doctor.check import Check
from pipeline.doctor.finding import Finding


def test_a_check_gives_its_finding() -> None:
    finding = Finding("ok", "fine")
    assert Check("x", lambda: finding).finding() == finding


def test_a_check_that_hangs_is_a_problem() -> None:
    def hang() -> Finding:
        time.sleep(5)
        return Finding("ok", "too late")

    started = time.monotonic()
    assert Check("x", hang, limit_seconds=0.2).finding() == Finding("problem", "gave no answer within 0 s")
    assert time.monotonic() - started < 2


def test_a_check_that_fails_is_a_problem() -> None:
    def fail() -> Finding:
        raise KeyError("x")

    assert Check("x", fail).finding() == Finding("problem", "the check itself failed with KeyError: 'x'")
