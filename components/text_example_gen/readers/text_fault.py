"""The rule on which bytes are text."""


def decode_text(raw: bytes) -> tuple[str, str]:
    """Decodes bytes of a text file.

    Returns:
        The text and an empty string, or an empty string and what is wrong.
    """
    if b"\0" in raw:
        return "", f"NUL byte: at byte {raw.index(0)} of the row"
    try:
        return raw.decode(), ""
    except UnicodeDecodeError as error:
        return "", f"invalid UTF-8: byte 0x{raw[error.start]:02x} at byte {error.start} of the row"
