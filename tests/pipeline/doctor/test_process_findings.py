import sys

import pytest

from pipeline.doctor.c_library import check_c_library
from pipeline.doctor.child_process import ChildProcess, Outcome
from pipeline.doctor.seen_by_tensorflow import SeenByTensorFlow, check_tensorflow


def _outcome(code: str, limit_seconds: float = 30) -> Outcome:
    with ChildProcess([sys.executable, "-c", code], limit_seconds) as child:
        return child.outcome()


@pytest.mark.parametrize(
    ("code", "c_library", "expected"),
    [
        ("print('a'); print('b')", "glibc 2.41", "ok|glibc 2.41; a and b load"),
        (
            "print('a', flush=True); import os; os.abort()",
            "glibc 2.41",
            "problem|importing a crashed (SIGABRT): delete",
        ),
        (
            "print('a', flush=True); raise ImportError('libstdc++.so.6: version `CXXABI_1.3.15` not found')",
            "glibc 2.41",
            "problem|importing a failed with ImportError: libstdc++.so.6: version `CXXABI_1.3.15` not found: delete",
        ),
        ("raise SystemExit(1)", "glibc 2.41", "problem|the process that imports them failed with exit code 1: delete"),
        (
            "print('a', flush=True); raise ImportError('x')",
            "glibc 2.36",
            "problem|this Python runs on glibc 2.36, and the wheels of TFX need 2.39: `make setup`",
        ),
        (
            "print('a', flush=True); raise ImportError('x')",
            "another C library than glibc",
            "problem|importing a failed",
        ),
    ],
)
def test_libraries_that_do_not_load_are_named(code: str, c_library: str, expected: str) -> None:
    finding = check_c_library(_outcome(code), c_library)
    assert f"{finding.state}|{finding}".startswith(expected)


def test_a_hanging_import_is_told() -> None:
    finding = check_c_library(_outcome("print('a', flush=True); import time; time.sleep(600)", 1), "glibc 2.41")
    assert finding.text == "importing a gave no answer within 1 s"


def test_what_tensorflow_sees_is_its_last_line() -> None:
    code = 'print("noise {"); print(\'{"version": "2.21.0", "gpus": ["H200"], "precision": "bfloat16"}\')'
    outcome = _outcome(code)
    assert SeenByTensorFlow.of(outcome) == SeenByTensorFlow("2.21.0", ("H200",), "bfloat16")
    assert check_tensorflow(outcome).text == "2.21.0 can be imported"


def test_a_tensorflow_that_crashes_is_a_problem() -> None:
    outcome = _outcome("import os; os.kill(os.getpid(), 4)")
    assert SeenByTensorFlow.of(outcome) is None
    assert check_tensorflow(outcome).text == "importing TensorFlow crashed (SIGILL)"
