import keras
import numpy as np
import pytest
import tensorflow as tf

from models.training.fused_adamw import FusedAdamW


def _train(optimizer: keras.optimizers.Optimizer) -> list[np.ndarray]:
    """Twenty steps on a kernel, a bias and an embedding, whose gradients are slices."""
    numbers = np.random.default_rng(3)
    shapes = {"kernel": (3, 2), "bias": (2,), "embeddings": (5, 2)}
    variables = [
        keras.Variable(numbers.normal(size=shape), dtype="float32", name=name) for name, shape in shapes.items()
    ]
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    optimizer.build(variables)
    for _ in range(20):
        dense = [tf.constant(numbers.normal(size=shapes[name]), tf.float32) for name in ("kernel", "bias")]
        rows = tf.constant(numbers.integers(0, 5, 2))
        slices = tf.IndexedSlices(tf.constant(numbers.normal(size=(2, 2)), tf.float32), rows, tf.constant([5, 2]))
        optimizer.apply([*dense, tf.convert_to_tensor(slices)])
    return [variable.numpy() for variable in variables]


@pytest.mark.parametrize("clip_norm", [0.05, 100.0])
@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_equals_keras_adamw(clip_norm: float, weight_decay: float) -> None:
    settings = {
        "learning_rate": 0.05,
        "weight_decay": weight_decay,
        "global_clipnorm": clip_norm,
        "epsilon": 1e-8,
    }
    expected = _train(keras.optimizers.AdamW(**settings))
    weights = _train(FusedAdamW(**settings))
    for fused, plain in zip(weights, expected, strict=True):
        np.testing.assert_allclose(fused, plain, atol=2e-5)


def test_moments_decay_where_there_is_no_gradient() -> None:
    variable = keras.Variable(np.zeros((3, 2), "float32"))
    optimizer = FusedAdamW(0.1, weight_decay=0.0, global_clipnorm=1.0)
    optimizer.build([variable])
    slices = tf.IndexedSlices(tf.ones([1, 2]), tf.constant([1]), tf.constant([3, 2]))
    optimizer.apply([slices])
    after_one = variable.numpy().copy()
    optimizer.apply([tf.IndexedSlices(tf.ones([1, 2]), tf.constant([0]), tf.constant([3, 2]))])
    assert (variable.numpy()[1] < after_one[1]).all(), "the first step's momentum still moves row 1"
    assert (variable.numpy()[2] == 0).all()
