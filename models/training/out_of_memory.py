"""What a training does when memory runs out: it goes on with fewer rows at a time."""

import dataclasses
import errno
import json
import os
from typing import Self

import tensorflow as tf

from models.user_error import UserError

_FILE = "rows_at_a_time.json"

_OF_FILES = tuple(os.strerror(number) for number in (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE))
"""TensorFlow tells of full disks and of too many open files by the same class of errors."""


class OutOfMemoryError(UserError):
    """There is too little memory for a single row; the message says what to change."""


def is_out_of_memory(error: tf.errors.ResourceExhaustedError) -> bool:
    """Whether it is memory that there is too little of."""
    return not any(words in str(error) for words in _OF_FILES)


@dataclasses.dataclass(frozen=True)
class RowsAtATime:
    """How a training's batches go through its network.

    Attributes:
        batch_size: Rows of a batch.
        num_rows: Rows that go through the network at a time; None for those of a batch.
    """

    batch_size: int
    num_rows: int | None = None

    def halved(self) -> Self | None:
        """Half of the rows, rounded up; None where it is one already."""
        rows = self.num_rows or self.batch_size
        return None if rows <= 1 else dataclasses.replace(self, num_rows=-(-rows // 2))

    def sentence(self) -> str:
        """What became of the training, in words that follow `it`; empty where nothing did."""
        if self.num_rows is None:
            return ""
        return (
            f"ran out of memory with all {self.batch_size} rows of a batch, and took {self.num_rows} at a time: each "
            "step is still that of the whole batch"
        )

    def write(self, folder: str) -> None:
        """Writes it beside a training's event files, for a resumption and for the report."""
        tf.io.gfile.makedirs(folder)
        with tf.io.gfile.GFile(f"{folder}/{_FILE}", "w") as file:
            file.write(json.dumps(dataclasses.asdict(self)))

    def or_as_before(self, folder: str) -> Self:
        """What an earlier process of the same training came to, or itself."""
        found = read_rows_at_a_time(folder)
        return dataclasses.replace(self, num_rows=found.num_rows) if found else self


def read_rows_at_a_time(folder: str) -> RowsAtATime | None:
    """What `RowsAtATime.write` wrote; None where a training had memory enough.

    Args:
        folder: That of the event files.
    """
    path = f"{folder}/{_FILE}"
    if not tf.io.gfile.exists(path):
        return None
    try:
        with tf.io.gfile.GFile(path, "r") as file:
            return RowsAtATime(**json.loads(file.read()))
    except (TypeError, ValueError):
        # A kill while it was written: the memory will run out again, and it will be written again.
        return None
