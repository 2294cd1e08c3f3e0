"""Keras' AdamW in TensorFlow's fused kernels: the same numbers in fewer passes over memory.

Keras writes each step of Adam as ops of its own, some fifteen passes over weights, gradients and moments; for a small
BERT on a CPU that takes longer than the backward pass. benchmarks/NOTES.md has the figures.
"""

from typing import Any

import keras
import tensorflow as tf
from typing_extensions import override


class FusedAdamW(keras.optimizers.AdamW):
    """AdamW (Loshchilov and Hutter 2019) with clipping, decay and update by one kernel each for every variable."""

    @override
    def _clip_gradients(self, grads: list[Any]) -> list[Any]:
        replica = tf.distribute.get_replica_context()
        if replica.num_replicas_in_sync > 1:
            # Keras would clip each device's share, and sum afterwards: another gradient than one device has.
            grads = replica.all_reduce(tf.distribute.ReduceOp.SUM, grads)
        clipped, _ = tf.clip_by_global_norm(grads, self.global_clipnorm)
        return clipped

    @override
    def _all_reduce_sum_gradients(self, grads_and_vars: Any) -> list[Any]:
        """Done before clipping."""
        return list(grads_and_vars)

    @override
    def _apply_weight_decay(self, variables: list[Any]) -> None:
        """Done in `update_step`, where each variable is visited anyway."""

    @override
    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Updates one variable and its moments.

        Args:
            gradient: Of the variable's shape; slices are made dense, since moments decay where no gradient is, too.
            variable: float32.
            learning_rate: Scalar.
        """
        step = keras.ops.cast(self.iterations, "float32") + 1.0
        rate = tf.cast(learning_rate, tf.float32)
        if self._use_weight_decay(variable):
            # A product that is assigned takes its buffer along; `assign_sub` would read and write once more.
            variable.assign(variable * (1.0 - rate * self.weight_decay))
        index = self._get_variable_index(variable)
        tf.raw_ops.ResourceApplyAdam(
            var=_handle(variable),
            m=_handle(self._momentums[index]),
            v=_handle(self._velocities[index]),
            beta1_power=self.beta_1**step,
            beta2_power=self.beta_2**step,
            lr=rate,
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=tf.convert_to_tensor(gradient),
        )


def _handle(variable: Any) -> tf.Tensor:
    """The resource of a Keras or TensorFlow variable."""
    return variable.value.handle if isinstance(variable, keras.Variable) else variable.handle
