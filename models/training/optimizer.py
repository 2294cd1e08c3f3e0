"""AdamW as BERT is fine-tuned with: warm-up, linear decay, no decay on biases and LayerNorm."""

from typing import Any

import keras
from typing_extensions import override

from models.config import TrainingConfig
from models.training.fused_adamw import FusedAdamW


@keras.saving.register_keras_serializable(package="bertline")
class WarmupLinearDecay(keras.optimizers.schedules.LearningRateSchedule):
    """Rises linearly from 0 to the peak, then falls linearly to 0 at the last update (Devlin et al. 2019, A.2)."""

    def __init__(self, peak: float, warmup_updates: int, total_updates: int, steps_per_update: int = 1) -> None:
        """Sets the corners.

        Args:
            peak: Learning rate at the end of the warm-up.
            warmup_updates: Updates of the rise; 0 starts at the peak.
            total_updates: Update at which the rate is 0.
            steps_per_update: How many steps an update takes, since Keras counts those that only add up gradients, too.
        """
        self.peak, self.warmup_updates, self.total_updates = peak, warmup_updates, total_updates
        self.steps_per_update = steps_per_update

    def __call__(self, step: Any) -> Any:
        """Learning rate of a step, counted from 0."""
        update = keras.ops.cast(step // self.steps_per_update, "float32")
        # The first update would have rate 0 and be wasted: update + 1.
        rise = (update + 1.0) / max(self.warmup_updates, 1)
        fall = (self.total_updates - update) / max(self.total_updates - self.warmup_updates, 1)
        return self.peak * keras.ops.clip(keras.ops.minimum(rise, fall), 0.0, 1.0)

    @override
    def get_config(self) -> dict[str, Any]:
        names = ("peak", "warmup_updates", "total_updates", "steps_per_update")
        return {name: getattr(self, name) for name in names}


def build_optimizer(config: TrainingConfig, total_steps: int) -> keras.optimizers.Optimizer:
    """Builds AdamW for a training of `total_steps` steps."""
    steps_per_update = config.gradient_accumulation_steps
    total_updates = max(total_steps // steps_per_update, 1)
    schedule = WarmupLinearDecay(
        config.learning_rate, round(config.warmup_fraction * total_updates), total_updates, steps_per_update
    )
    optimizer = FusedAdamW(
        schedule,
        weight_decay=config.weight_decay,
        beta_2=0.999,
        epsilon=1e-8,
        global_clipnorm=config.clip_norm,
        gradient_accumulation_steps=steps_per_update if steps_per_update > 1 else None,
    )
    # Keras matches these against the variables' paths; KerasHub names LayerNorm's variables gamma and beta.
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer
