"""Signals that end a run."""

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from pipeline.runs.interruption import stopped_by_signals

WAIT = """
import sys, time
from pipeline.runs.interruption import stopped_by_signals
try:
    with stopped_by_signals():
        print("ready", flush=True)
        time.sleep(30)
except KeyboardInterrupt:
    sys.exit(7)
"""


@pytest.fixture(autouse=True)
def _as_in_a_terminal() -> Iterator[None]:
    """These tests may themselves run in the background, or under nohup, where signals are ignored."""
    wanted = {
        signal.SIGTERM: signal.SIG_DFL,
        signal.SIGHUP: signal.SIG_DFL,
        signal.SIGINT: signal.default_int_handler,
    }
    before = {number: signal.signal(number, handler) for number, handler in wanted.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_signals_do_what_ctrl_c_does(number: signal.Signals) -> None:
    with pytest.raises(KeyboardInterrupt), stopped_by_signals():
        signal.raise_signal(number)


def test_handlers_are_as_before_afterwards() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)]
    with stopped_by_signals():
        assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)] != before
    with pytest.raises(KeyboardInterrupt), stopped_by_signals():
        raise KeyboardInterrupt
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)] == before


def exit_code_after(number: signal.Signals, *before: str) -> int:
    """Of a process that waits until it is told, started by a command such as nohup."""
    command = [*before, sys.executable, "-c", WAIT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        try:
            return process.wait(timeout=1.5)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


def test_a_process_that_waits_is_stopped() -> None:
    assert exit_code_after(signal.SIGTERM) == 7


def test_a_run_under_nohup_outlives_its_terminal() -> None:
    assert exit_code_after(signal.SIGHUP, "nohup") == -signal.SIGKILL


def test_a_run_under_nohup_can_be_stopped() -> None:
    assert exit_code_after(signal.SIGTERM, "nohup") == 7
