"""The rule on which lines separate sentences and documents."""


def is_blank_line(raw: bytes) -> bool:
    """Whether a line holds nothing but white space, that of other scripts included."""
    return raw.decode(errors="replace").isspace()
