import os
import pathlib
import sys
import time

import pytest

from pipeline.doctor.child_process import ChildProcess, Outcome


def _outcome(code: str, limit_seconds: float = 30) -> Outcome:
    with ChildProcess([sys.executable, "-c", code], limit_seconds) as child:
        return child.outcome()


def test_output_and_messages_are_kept_apart() -> None:
    outcome = _outcome("import sys; print('out'); print('err', file=sys.stderr)")
    assert outcome == Outcome("out\n", "err\n", "")


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("import os; os.abort()", "crashed (SIGABRT)"),
        ("import os; os.kill(os.getpid(), 11)", "crashed (SIGSEGV)"),
        ("import no_such_module", "failed with ModuleNotFoundError: No module named 'no_such_module'"),
        ("raise SystemExit(3)", "failed with exit code 3"),
    ],
)
def test_a_process_that_fails_is_told_in_words(code: str, fault: str) -> None:
    assert _outcome(f"print('before', flush=True); {code}").fault == fault


def test_a_process_that_hangs_is_stopped_with_its_children(tmp_path: pathlib.Path) -> None:
    pids = tmp_path / "pids"
    code = (
        "import os, pathlib, signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"pathlib.Path({str(pids)!r}).write_text(f'{{os.getpid()}} {{child.pid}}')\n"
        "time.sleep(600)"
    )
    with ChildProcess([sys.executable, "-c", code], limit_seconds=4) as child:
        assert child.outcome().fault == "gave no answer within 4 s"
        assert child.outcome().fault == "gave no answer within 4 s"
    for pid in pids.read_text().split():
        assert _ends(pathlib.Path("/proc", pid, "status"))


def _ends(status: pathlib.Path) -> bool:
    """Whether a process ends soon; one that nobody waits for yet is dead all the same."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            if "State:\tZ" in status.read_text():
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.05)
    return False


def test_a_process_that_nobody_asks_is_stopped_in_the_end() -> None:
    with ChildProcess([sys.executable, "-c", "import time; time.sleep(600)"], 600) as child:
        pid = child._process.pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_process_that_writes_much_does_not_wait_for_a_reader() -> None:
    assert len(_outcome("print('x' * 1_000_000)").output) == 1_000_001


def test_a_folder_called_like_a_package_of_ours_is_not_in_the_way(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pipeline", "models", "json"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise RuntimeError('the wrong one')")
    monkeypatch.chdir(tmp_path)
    with ChildProcess.of_module("pipeline.doctor", 30) as child:
        # It is a package, which Python cannot start, but it is found.
        assert "'pipeline.doctor' is a package and cannot be directly executed" in child.outcome().fault
