"""A TFRecord file that a thread of its own writes."""

import datetime
import logging
import os
import pathlib
import queue
import threading
import time
from typing import Any

_LOG = logging.getLogger(__name__)
_MOST_WAITING = 1000
_RECORDS_OF_A_FILE = 100_000
_SECONDS_OF_A_FILE = 600


class LogFile:
    """Writes records without holding up whoever gives them.

    Each file ends after so many records or seconds, and is named after the prefix, the moment it was begun, and the
    process. Until it ends its name ends in `.open`: readers of `PREFIX-*.tfrecord` see whole files only.
    """

    def __init__(self, prefix: str) -> None:
        """Creates nothing yet: the first record does.

        Args:
            prefix: The files' folder and how their names begin.
        """
        self._prefix = prefix
        self._waiting: queue.Queue[bytes | None] = queue.Queue(_MOST_WAITING)
        self._thread = threading.Thread(target=self._work, name="prediction-log", daemon=True)
        self._thread.start()

    def add(self, record: bytes) -> bool:
        """Takes a record to be written; False where too many wait and this one is dropped."""
        try:
            self._waiting.put_nowait(record)
        except queue.Full:
            return False
        return True

    def close(self) -> None:
        """Returns when all that was taken is written."""
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (record := self._waiting.get()) is not None:
            try:
                if self._write_file(record):
                    return
            except Exception:  # noqa: BLE001 (logged)
                # A full disk must not stop the server; the record that met it is lost, the next tries again.
                _LOG.exception("the prediction log %s cannot be written", self._prefix)

    def _write_file(self, record: bytes) -> bool:
        """Writes one file, from this record on; True where there will be no other."""
        import tensorflow as tf

        path = self._new_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = _unfinished(path)
        with tf.io.TFRecordWriter(str(unfinished)) as writer:
            is_last = self._write_records(writer, record)
        unfinished.rename(path)
        return is_last

    def _new_path(self) -> pathlib.Path:
        """A name that no file has yet, though the clock was set back and each process, as in a container, is 1."""
        moment = datetime.datetime.now(datetime.UTC)
        while True:
            path = pathlib.Path(f"{self._prefix}-{moment:%Y%m%dT%H%M%S.%f}-{os.getpid()}.tfrecord")
            if not (path.exists() or _unfinished(path).exists()):
                return path
            moment += datetime.timedelta(microseconds=1)

    def _write_records(self, writer: Any, record: bytes) -> bool:
        end = time.monotonic() + _SECONDS_OF_A_FILE
        writer.write(record)
        for _ in range(1, _RECORDS_OF_A_FILE):
            if self._waiting.empty():
                writer.flush()
            try:
                following = self._waiting.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                return False
            if following is None:
                return True
            writer.write(following)
        return False


def _unfinished(path: pathlib.Path) -> pathlib.Path:
    return path.with_name(f"{path.name}.open")
