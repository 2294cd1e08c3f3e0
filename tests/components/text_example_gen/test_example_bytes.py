"""Features as serialized examples."""

import pytest
from tensorflow.core.example import example_pb2

from components.text_example_gen.example_bytes import example_bytes
from models.tasks.interface.contract import FeatureValue


@pytest.mark.parametrize(
    ("value", "kind", "stored"),
    [
        (b"\xc3\xa9", "bytes_list", [b"\xc3\xa9"]),
        (b"", "bytes_list", [b""]),
        ((b"a", b"b"), "bytes_list", [b"a", b"b"]),
        (0.5, "float_list", [0.5]),
    ],
)
def test_values_are_lists_of_their_kind(value: FeatureValue, kind: str, stored: list[object]) -> None:
    feature = example_pb2.Example.FromString(example_bytes({"x": value})).features.feature["x"]
    assert feature.WhichOneof("kind") == kind
    assert list(getattr(feature, kind).value) == stored


def test_a_list_of_no_values_is_not_there() -> None:
    """Data validation would take it for a fault that other rows have one."""
    features = example_pb2.Example.FromString(example_bytes({"entities": (), "text": b"x"})).features.feature
    assert list(features) == ["text"]


def test_equal_features_give_equal_bytes() -> None:
    names = [f"name {number}" for number in range(20)]
    assert example_bytes(dict.fromkeys(names, b"x")) == example_bytes(dict.fromkeys(reversed(names), b"x"))
