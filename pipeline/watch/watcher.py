"""The rules by which a watch starts runs: when the files are at rest, once for each state of them."""

from collections.abc import Callable

from pipeline.watch.sight import Sight


class Watcher:
    """Is shown the files again and again, and starts a run when they have come to rest in a new state.

    A state for which a run was started is done, however the run ended: what failed on it would fail again.
    """

    def __init__(
        self,
        settle_seconds: float,
        is_busy: Callable[[], bool],
        start_run: Callable[[], None],
        tell: Callable[[str], None],
    ) -> None:
        """Begins without having seen anything.

        Args:
            settle_seconds: How long nothing must have changed before a run is started.
            is_busy: Whether a run that somebody else started is going on.
            start_run: Runs the line, and comes back at its end.
            tell: Says something to a person.
        """
        self._settle_seconds, self._is_busy = settle_seconds, is_busy
        self._start_run, self._tell = start_run, tell
        self._seen: Sight | None = None
        self._since = 0.0
        self._done: Sight | None = None
        self._was_busy = False

    def look(self, sight: Sight, now: float) -> None:
        """Takes in what there is to see, and starts a run if it is time.

        Args:
            sight: The files.
            now: Seconds of a clock that never goes backwards.
        """
        if sight != self._seen:
            self._tell_change(sight)
            self._seen, self._since = sight, now
        if sight == self._done or sight.fault or now - self._since < self._settle_seconds:
            return
        if self._waits_for_others():
            return
        self._done = sight
        self._start_run()

    def try_again(self) -> None:
        """Takes the state for which a run was just started as not done."""
        self._done = None

    def _waits_for_others(self) -> bool:
        is_busy = self._is_busy()
        if is_busy and not self._was_busy:
            self._tell("another run is going on: waits for its end")
        self._was_busy = is_busy
        return is_busy

    def _tell_change(self, sight: Sight) -> None:
        changes = sight.changes_since(self._seen) if self._seen else f"{len(sight.files)} files are there"
        if sight.fault:
            self._tell(f"no run can begin: {sight.fault}")
        elif sight == self._done:
            self._tell(f"{changes}; all is as the last run found it")
        else:
            self._tell(f"{changes or 'a run can begin'}; waits until nothing changes for {self._settle_seconds:g} s")
