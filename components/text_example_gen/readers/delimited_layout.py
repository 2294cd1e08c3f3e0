"""How a CSV or TSV file is written."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class DelimitedLayout:
    """How a CSV or TSV file is written.

    Attributes:
        delimiter: The one ASCII character between fields.
        quoting: Whether `"` quotes a field (RFC 4180); if not, it is text.
        header: Whether the first row names the columns.
    """

    delimiter: str
    quoting: bool
    header: bool
