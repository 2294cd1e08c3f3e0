import numpy as np
import pytest
import tensorflow as tf

from models.export.in_parts import in_parts


@pytest.mark.parametrize("num_rows", [0, 1, 3, 4, 5, 8, 11])
def test_parts_give_what_the_whole_gives(num_rows: int) -> None:
    sizes: list[int | None] = []

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)], autograph=False)
    def answered(values: tf.Tensor) -> tf.Tensor:
        def network(part: dict[str, tf.Tensor]) -> tf.Tensor:
            sizes.append(part["a"].shape[0])
            tf.debugging.assert_less_equal(tf.shape(part["a"])[0], 4)
            return part["a"][:, :1] * 2.0

        return in_parts(network, {"a": values}, size=4)

    values = np.arange(2 * num_rows, dtype="float32").reshape(num_rows, 2)
    np.testing.assert_array_equal(answered(values), values[:, :1] * 2)
    assert sizes == [None, None], "the network is in the graph twice: for the first part, and in the loop"
