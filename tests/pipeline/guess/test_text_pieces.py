import gzip
import pathlib

import pytest

from models.user_error import UserError
from pipeline.guess.text_pieces import MAX_PIECES, PIECE_BYTES, read_text_pieces

LINE = b"%09d, a line of a large file that is sorted by its label\n"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    path = tmp_path_factory.mktemp("large") / "large.csv"
    # Odd, so that no part begins with a line by chance.
    number = 2 * MAX_PIECES * PIECE_BYTES // len(LINE % 0) | 1
    path.write_bytes(b"".join(LINE % index for index in range(number)))
    path.with_name("large.csv.gz").write_bytes(gzip.compress(path.read_bytes(), 1))
    return path


def test_small_file_is_read_as_a_whole(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "small.csv"
    path.write_bytes(b"a,b\nno line end")
    pieces = read_text_pieces(path, is_gzip=False)
    assert pieces.parts == (b"a,b\nno line end",)
    assert pieces.is_whole


@pytest.mark.parametrize("is_gzip", [False, True])
def test_large_file_is_read_in_whole_lines_from_end_to_end(large: pathlib.Path, is_gzip: bool) -> None:
    pieces = read_text_pieces(large.with_name("large.csv.gz") if is_gzip else large, is_gzip)
    lines = [line for part in pieces.parts for line in part.splitlines(keepends=True)]
    numbers = [int(line[:9]) for line in lines]
    assert all(line == LINE % number for line, number in zip(lines, numbers, strict=True))
    assert numbers == sorted(set(numbers))
    last = large.stat().st_size // len(LINE % 0)
    eighths = {number * MAX_PIECES // last for number in numbers}
    assert eighths == set(range(MAX_PIECES))
    assert pieces.total_bytes == large.stat().st_size
    assert not pieces.is_whole
    assert pieces.num_bytes < 1.1 * MAX_PIECES * PIECE_BYTES


def test_file_of_one_endless_line_is_bounded(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "line.json"
    path.write_bytes(b"x" * (3 * MAX_PIECES * PIECE_BYTES))
    assert read_text_pieces(path, is_gzip=False).num_bytes <= 3 * MAX_PIECES * PIECE_BYTES


def test_broken_gzip_data_are_told(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "cut.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" * 1000)[:-10])
    with pytest.raises(UserError, match=r"cut\.csv\.gz cannot be read"):
        read_text_pieces(path, is_gzip=True)
