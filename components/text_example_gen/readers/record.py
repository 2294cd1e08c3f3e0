"""What every reader yields: one row of a file, or why it cannot be read."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Record(NamedTuple):
    """One row of a file.

    A named tuple and not a dataclass, since one is made per row and this is twice as fast.

    Attributes:
        line: The line on which the row begins, from 1; the number of the row in Parquet, TFRecord and SQuAD files.
        raw: The row's bytes as the file has them, line end included; None where the format has no text of its own.
        values: Values by the file's column names; None if the row cannot be read.
        fault: Why it cannot; the part before `: ` is the kind by which reasons are counted.
    """

    line: int
    raw: bytes | None
    values: Mapping[str, Any] | None
    fault: str = ""
