import pytest
import tensorflow as tf

from models.labels import label_ids, ordered_labels


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([b"b", b"a"], ("a", "b")),
        ([b"10", b"9", b"-1"], ("-1", "9", "10")),
        ([b"10", b"9", b"x"], ("10", "9", "x")),
        (["día".encode(), b"dia", "差".encode()], ("dia", "día", "差")),
    ],
)
def test_order_is_by_number_else_by_code_point(names: list[bytes], expected: tuple[str, ...]) -> None:
    assert ordered_labels(names) == expected
    assert ordered_labels(reversed(names)) == expected


def test_unknown_label_has_no_id() -> None:
    assert label_ids(tf.constant(["b", "a", "c"]), ("a", "b")).numpy().tolist() == [1, 0, -1]
