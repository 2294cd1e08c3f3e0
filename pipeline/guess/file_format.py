"""Tells how a file is written: by its first bytes, and where they leave it open by its ending."""

import difflib
import gzip
import io
import json
import pathlib
import re
import zlib
from collections.abc import Mapping
from typing import NamedTuple

from components.text_example_gen.config import Format
from components.text_example_gen.source_file import FORMATS, TASK_FORMATS
from models.user_error import UserError

_HEAD_BYTES = 1 << 16

_GZIP_MAGIC = b"\x1f\x8b"
_NOT_TEXT: dict[bytes, str] = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook; unpack it, or save the sheet as CSV in UTF-8",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file; save the sheet as CSV in UTF-8",
    b"%PDF": "a PDF; a table of texts and labels is needed",
    b"SQLite format 3": "an SQLite database; export the table as CSV",
    b"ARROW1": "an Arrow file; write it as Parquet",
    b"\xff\xfe": "UTF-16 text; save it as UTF-8",
    b"\xfe\xff": "UTF-16 text; save it as UTF-8",
}
_ONE_DOCUMENT = re.compile(r'\{\s*("|$)|\[\s*([\[{]|$)')
_REMOTE = re.compile("[a-z0-9]{2,}:/")
"""`gs://bucket`, of which pathlib drops a slash."""
_ENTITY_TAG = re.compile(r"O|[BIEMSLU]-\S+")


class FileFormat(NamedTuple):
    """How a file is written.

    Attributes:
        format: As the config calls it; whether a table is CSV or TSV is looked at again by its layout.
        is_gzip: Whether it is compressed.
        ending: What the ending says, as `data.format: auto` reads it; None if it says nothing.
    """

    format: Format
    is_gzip: bool
    ending: Format | None


def guess_format(path: pathlib.Path, is_plain: bool = False) -> FileFormat:
    """Returns how a file is written.

    Args:
        path: The file.
        is_plain: Whether text that its ending does not call a table is documents.

    Raises:
        UserError: It cannot be read, is empty, or is nothing that the ingest reads; the message says what it is.
    """
    _check_there(path)
    is_gzip = path.name.endswith(".gz")
    head = _head(path, is_gzip)
    ending = _by_ending(path, FORMATS)
    found = _binary_format(head, path, ending)
    if not found:
        text = head.decode("utf-8-sig", errors="replace")
        # Latin-1 in a western language is below that: such a file is told by its rows.
        if 10 * sum(map(text.count, "\0\N{REPLACEMENT CHARACTER}")) > len(text):
            raise UserError(f"{path} is not text in UTF-8, nor Parquet or TFRecord; save text as UTF-8")
        for_task = _by_ending(path, TASK_FORMATS)
        found = (
            _squad(text)
            or _json_format(text, path)
            or ("documents" if is_plain and not ending else None)
            or ("conll" if for_task == "conll" or _is_conll(text) else None)
            or ending
            or _table(text)
        )
        ending = found if found == for_task else ending
    return FileFormat(found, is_gzip, ending)


def _by_ending(path: pathlib.Path, formats: Mapping[str, Format]) -> Format | None:
    name = path.name.removesuffix(".gz")
    return next((file_format for end, file_format in formats.items() if name.endswith(end)), None)


def _check_there(path: pathlib.Path) -> None:
    if path.is_dir():
        inside = sorted(other.name for other in path.iterdir() if other.is_file() and not other.name.startswith("."))
        train = [name for name in inside if "train" in name.casefold()]
        hint = f", such as {path / (train or inside)[0]}" if inside else ""
        raise UserError(f"{path} is a folder; name the file{hint}")
    if _REMOTE.match(str(path)):
        raise UserError(f"{path} is not on this machine; `init` reads local files only")
    if not path.exists():
        beside = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
        nearest = difflib.get_close_matches(path.name, beside, n=1, cutoff=0.75)
        hint = f"; did you mean {path.with_name(nearest[0])}?" if nearest else ""
        raise UserError(f"there is no file {path}{hint}")
    if not path.is_file():
        raise UserError(f"{path} is no regular file")


def _head(path: pathlib.Path, is_gzip: bool) -> bytes:
    try:
        with path.open("rb") as opened:
            head = opened.read(_HEAD_BYTES)
        if head and head.startswith(_GZIP_MAGIC) != is_gzip:
            fault = "does not hold gzip data, as its ending says" if is_gzip else "holds gzip data: its name needs .gz"
            raise UserError(f"{path} {fault}; rename it")
        if is_gzip:
            with gzip.open(path) as unpacked:
                head = unpacked.read(_HEAD_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        raise UserError(f"{path} cannot be read: {error}") from error
    if not head.removeprefix(b"\xef\xbb\xbf").strip():
        raise UserError(f"{path} is empty")
    return head


def _binary_format(head: bytes, path: pathlib.Path, ending: Format | None) -> Format | None:
    if head.startswith(b"PAR1"):
        return "parquet"
    if ending == "parquet":
        raise UserError(f"{path} is not a Parquet file, although its name ends so")
    if _begins_with_a_tfrecord(head) or ending == "tfrecord":
        return "tfrecord"
    for magic, kind in _NOT_TEXT.items():
        if head.startswith(magic):
            raise UserError(f"{path} is {kind}")
    return None


def _begins_with_a_tfrecord(head: bytes) -> bool:
    from components.text_example_gen.readers.damaged_file_error import DamagedFileError
    from components.text_example_gen.tfrecord_frames import read_frames

    try:
        return next(read_frames(io.BytesIO(head)))[1]
    except DamagedFileError:
        return False


def _squad(text: str) -> Format | None:
    return "squad" if '"paragraphs"' in text and '"qas"' in text else None


def _is_conll(text: str) -> bool:
    # The last line may be cut off.
    lines = text.split("\n")[:-1]
    rows = [line.split() for line in lines if line.strip() and not line.startswith(("-DOCSTART-", "# "))]
    return len(lines) > len(rows) > 0 and all(len(row) > 1 and _ENTITY_TAG.fullmatch(row[-1]) for row in rows)


def _json_format(text: str, path: pathlib.Path) -> Format | None:
    first = text.lstrip().partition("\n")[0].strip()
    try:
        if isinstance(json.loads(first), dict):
            return "jsonl"
    except (ValueError, RecursionError):
        pass
    if _ONE_DOCUMENT.match(first):
        raise UserError(
            f"{path} is one JSON document; write it as JSON Lines: one object a line, with the text and the label as "
            "fields"
        )
    return None


def _table(text: str) -> Format:
    lines = text.splitlines()
    return "tsv" if 2 * sum("\t" in line for line in lines) >= len(lines) else "csv"
