"""Reads JSON Lines files: one JSON object a line."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from components.text_example_gen.readers.byte_order_mark import skip_byte_order_mark
from components.text_example_gen.readers.record import Record
from components.text_example_gen.readers.text_fault import decode_text


def read_jsonl(file: BinaryIO, first_line: int = 1) -> Iterator[Record]:
    """Yields the rows of a JSON Lines file, or of a part of it. Lines of white space are no rows.

    Args:
        file: Seekable, open at the beginning of a line.
        first_line: The number of that line.
    """
    if first_line == 1:
        skip_byte_order_mark(file)
    for line, raw in enumerate(file, first_line):
        if raw.isspace():
            continue
        text, fault = decode_text(raw)
        values = None
        if not fault:
            values, fault = _parse_object(text)
        yield Record(line, raw, values, fault)


def _parse_object(text: str) -> tuple[dict[str, Any] | None, str]:
    try:
        value = json.loads(text)
        if "\\u" in text:
            # Half a surrogate pair, `"\ud800"`, is JSON but not text.
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        return None, f"invalid JSON: {error.msg} at character {error.pos}"
    except UnicodeEncodeError:
        return None, "invalid JSON: half a surrogate pair"
    except RecursionError:
        return None, "invalid JSON: nested too deeply"
    except ValueError as error:
        return None, f"invalid JSON: {error}"
    if not isinstance(value, dict):
        return None, f"not a JSON object: {type(value).__name__}"
    return value, ""
