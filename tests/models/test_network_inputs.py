import pytest
import tensorflow as tf

from models.network_inputs import network_inputs


@pytest.mark.parametrize(
    ("longest", "max_length", "padded"), [(9, None, 16), (9, 10, 10), (9, 64, 16), (10, 10, 10), (3, 10, 8)]
)
def test_rounding_never_exceeds_the_positions(longest: int, max_length: int | None, padded: int) -> None:
    ids = tf.ragged.constant([[1] * longest, [1, 2]], dtype=tf.int64)
    inputs = network_inputs({"token_ids": ids, "segment_ids": ids}, multiple_of=8, max_length=max_length)
    assert {name: tuple(values.shape) for name, values in inputs.items()} == dict.fromkeys(
        ("token_ids", "segment_ids", "padding_mask"), (2, padded)
    )
    assert inputs["padding_mask"].numpy().sum(axis=1).tolist() == [longest, 2]
