"""AdamW as BERT is fine-tuned with: warm-up, linear decay, no decay on biases and LayerNorm."""

from typing import Any

import keras
from typing_extensions import override

from models.config import TrainingConfig
from models.training.fused_adamw import FusedAdamW


@keras.saving.register_keras_serializable(package="bertline")
class WarmupLinearDecay(keras.optimizers.schedules.LearningRateSchedule):
    """Rises linearly from 0 to the peak, then falls linearly to 0 at the last step (Devlin et al. 2019, A.2)."""

    def __init__(self, peak: float, warmup_steps: int, total_steps: int) -> None:
        """Sets the corners.

        Args:
            peak: Learning rate at the end of the warm-up.
            warmup_steps: Steps of the rise; 0 starts at the peak.
            total_steps: Step at which the rate is 0.
        """
        self.peak, self.warmup_steps, self.total_steps = peak, warmup_steps, total_steps

    def __call__(self, step: Any) -> Any:
        """Learning rate of a step, counted from 0."""
        step = keras.ops.cast(step, "float32")
        # The first step would have rate 0 and be wasted: step + 1.
        rise = (step + 1.0) / max(self.warmup_steps, 1)
        fall = (self.total_steps - step) / max(self.total_steps - self.warmup_steps, 1)
        return self.peak * keras.ops.clip(keras.ops.minimum(rise, fall), 0.0, 1.0)

    @override
    def get_config(self) -> dict[str, Any]:
        return {"peak": self.peak, "warmup_steps": self.warmup_steps, "total_steps": self.total_steps}


def build_optimizer(config: TrainingConfig, total_steps: int) -> keras.optimizers.Optimizer:
    """Builds AdamW for a training of `total_steps` steps."""
    schedule = WarmupLinearDecay(config.learning_rate, round(config.warmup_fraction * total_steps), total_steps)
    optimizer = FusedAdamW(
        schedule,
        weight_decay=config.weight_decay,
        beta_2=0.999,
        epsilon=1e-8,
        global_clipnorm=config.clip_norm,
    )
    # Keras matches these against the variables' paths; KerasHub names LayerNorm's variables gamma and beta.
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer
