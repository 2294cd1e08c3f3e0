import keras
import numpy as np
import pytest

from models.config import TrainingConfig
from models.training.optimizer import WarmupLinearDecay, build_optimizer


def test_learning_rate_rises_then_falls_to_zero() -> None:
    schedule = WarmupLinearDecay(peak=1.0, warmup_updates=10, total_updates=110)
    rates = [float(schedule(step)) for step in range(111)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[9] == pytest.approx(1.0)
    assert rates[10] == pytest.approx(1.0)
    assert rates[60] == pytest.approx(0.5)
    assert rates[110] == 0.0
    assert max(rates) == pytest.approx(1.0)


def test_no_warm_up_starts_at_the_peak() -> None:
    assert float(WarmupLinearDecay(peak=2.0, warmup_updates=0, total_updates=4)(0)) == pytest.approx(2.0)


def test_biases_and_layer_norm_do_not_decay() -> None:
    model = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(3, bias_initializer="ones"), keras.layers.LayerNormalization()]
    )
    before = {variable.path: variable.numpy().copy() for variable in model.trainable_variables}
    optimizer = build_optimizer(TrainingConfig(weight_decay=0.5, warmup_fraction=0), total_steps=10)
    optimizer.build(model.trainable_variables)
    optimizer.apply([np.zeros(variable.shape, "float32") for variable in model.trainable_variables])
    changed = {
        variable.path.split("/")[-1]
        for variable in model.trainable_variables
        if not np.array_equal(variable.numpy(), before[variable.path])
    }
    assert changed == {"kernel"}


def test_gradients_are_clipped_by_their_global_norm() -> None:
    optimizer = build_optimizer(TrainingConfig(clip_norm=1.0, weight_decay=0), total_steps=10)
    clipped = optimizer._clip_gradients([np.full(4, 50.0, "float32")])
    assert float(np.linalg.norm(clipped[0])) == pytest.approx(1.0, rel=1e-5)
