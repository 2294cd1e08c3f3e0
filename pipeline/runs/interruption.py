"""Stopping a run from outside: Ctrl-C, and the signals that a process manager or a closed terminal sends."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


class InterruptedRunError(Exception):
    """A run was stopped from outside; the message says how to go on."""


@contextlib.contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Lets SIGTERM and SIGHUP do what Ctrl-C does: raise KeyboardInterrupt in the main thread."""
    # What is ignored stays ignored: nohup and process managers choose so.
    heeded = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, _interrupt) for number in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt(signal.Signals(number).name)
