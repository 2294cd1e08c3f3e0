import subprocess
import sys

import pytest

from models.label_order import ordered_labels


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], ()),
        ([b"b", b"a"], ("a", "b")),
        ([b"10", b"9", b"-1"], ("-1", "9", "10")),
        ([b"10", b"9", b"x"], ("10", "9", "x")),
        (["día".encode(), b"dia", "差".encode()], ("dia", "día", "差")),
        ([b"--5", b"10", b"9"], ("--5", "10", "9")),
        ([b"-", b"2", b"10"], ("-", "10", "2")),
        ([b"2\n", b"10"], ("10", "2\n")),
        (["٢".encode(), b"10", b"9"], ("10", "9", "٢")),
        ([b"2", b"001", b"1", b"01"], ("001", "01", "1", "2")),
        ([b"2", b"1" * 5000], ("1" * 5000, "2")),
    ],
)
def test_order_is_by_number_else_by_code_point(names: list[bytes], expected: tuple[str, ...]) -> None:
    assert ordered_labels(names) == expected
    assert ordered_labels(reversed(names)) == expected


def test_equal_numbers_have_one_order_in_every_process() -> None:
    names = [b"%0*d" % (width, 1) for width in range(1, 12)]
    code = f"from models.label_order import ordered_labels; print(ordered_labels({names}))"
    found = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, check=True, capture_output=True
        ).stdout
        for seed in "123"
    }
    assert found == {f"{ordered_labels(names)}\n".encode()}
