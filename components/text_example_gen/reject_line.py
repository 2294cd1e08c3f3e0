"""How a rejected row stands in the rejects file."""

import hashlib
import json

from components.text_example_gen.decided_row import Rejected

_DIGEST_BYTES = 16


def reject_line(path: str, rejected: Rejected) -> bytes:
    r"""Returns one line of JSON: file, line, split, reason, and the row itself.

    The row is its text as `raw`; where that is not UTF-8, each wrong byte as `\xNN` with all other backslashes doubled,
    and `escaped` is true; where the format has no text, its values as `values`.
    """
    line = {"file": path, "line": rejected.record.line, "split": rejected.split, "reason": rejected.reason}
    return json.dumps(line | _shown(rejected), ensure_ascii=False).encode() + b"\n"


def redacted_line(path: str, rejected: Rejected) -> bytes:
    """As `reject_line`, without the row itself: its place tells where it is, a hash whether it is still that row.

    The hash is of the raw bytes, or of the values as JSON. Who may guess at a short text can confirm the guess by it.
    """
    raw = rejected.record.raw
    content = json.dumps(_shown(rejected), sort_keys=True).encode() if raw is None else raw
    line = {"file": path, "line": rejected.record.line, "split": rejected.split, "reason": rejected.reason}
    digest = hashlib.blake2b(content, digest_size=_DIGEST_BYTES).hexdigest()
    return json.dumps(line | {"redacted": True, "blake2b": digest}, ensure_ascii=False).encode() + b"\n"


def _shown(rejected: Rejected) -> dict[str, object]:
    raw = rejected.record.raw
    if raw is None:
        return {"values": {name: _json_value(value) for name, value in (rejected.record.values or {}).items()}}
    raw = raw.removesuffix(b"\n").removesuffix(b"\r")
    try:
        return {"raw": raw.decode()}
    except UnicodeDecodeError:
        return {"raw": _escaped(raw), "escaped": True}


def _escaped(raw: bytes) -> str:
    return raw.replace(b"\\", b"\\\\").decode(errors="backslashreplace")


def _json_value(value: object) -> object:
    if isinstance(value, bytes):
        return _escaped(value)
    return value if isinstance(value, str | int | float | bool | None) else repr(value)
