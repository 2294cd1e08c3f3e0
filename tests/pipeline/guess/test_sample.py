import pathlib

import pytest

from components.text_example_gen.config import Format
from pipeline.guess.sample import sample_text
from pipeline.guess.text_pieces import TextPieces


@pytest.mark.parametrize(
    ("file_format", "part", "columns", "first_lines"),
    [
        ("jsonl", b'{"text": "a"}\n{"text": "b"}\n', ("text",), (1, 2)),
        ("conll", b"EU B-ORG\nrejects O\n\nPeter B-PER\n", ("words", "tags"), (1, 4)),
        ("documents", b"One line.\nAnother.\n\n\nThe next one.\n", ("text",), (1, 5)),
    ],
)
def test_rows_of_a_large_file_are_estimated(
    file_format: Format, part: bytes, columns: tuple[str, ...], first_lines: tuple[int, int]
) -> None:
    """Two parts of three; lines of the second are not known."""
    sample = sample_text(pathlib.Path("large"), TextPieces((part, part), 3 * len(part)), file_format)
    assert sample.columns == columns
    assert tuple(record.line for record in sample.records) == (*first_lines, 0, 0)
    assert all(record.values for record in sample.records)
    assert (sample.num_rows, sample.is_exact) == (6, False)
