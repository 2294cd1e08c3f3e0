"""Steps whose batches go through the network some rows at a time: the same gradients in less memory.

The outputs of all rows come first, without what a backward pass needs of the layers. The loss is that of the whole
batch, also where it compares rows or divides by what the batch weighs. Then each pass is computed again, and takes the
gradients of its own outputs back to the weights (Gao et al. 2021, "Scaling Deep Contrastive Learning Batch Size under
Memory Limited Setup", section 3.2). A step takes a forward pass longer than one that has all rows at once.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf
from keras.src.losses.loss import unscale_loss_for_distribution
from keras.src.models import Functional

from models.user_error import UserError

_SEED_STATE = "seed_generator_state"
"""Keras' name of the variable that dropout draws its seeds from."""


def compute_in_passes(network: keras.Model, num_rows: int) -> None:
    """Has a compiled network's steps, in training and evaluation, compute so many rows at a time.

    What is random is drawn for each pass: with dropout the training is another one than with all rows at once, as good.

    Args:
        network: The network; its optimizer counts the same steps as before.
        num_rows: Rows of a pass.

    Raises:
        UserError: What the network computes is known to its own code alone.
    """
    if not isinstance(network, Functional):
        raise UserError("a network that is not built with Keras' functional API cannot take a batch in several passes")
    passes = _Passes(network, num_rows)
    network.train_step, network.test_step = passes.train_step, passes.test_step
    network.train_function = network.test_function = None


@dataclasses.dataclass(frozen=True)
class _Passes:
    """The steps of a network.

    Attributes:
        network: The network.
        num_rows: Rows of a pass.
    """

    network: Any
    num_rows: int

    def train_step(self, data: Any) -> Mapping[str, Any]:
        """What Keras' own does."""
        x, y, weights = keras.utils.unpack_x_y_sample_weight(data)
        states = [variable for variable in self.network.variables if variable.name == _SEED_STATE]
        before = [tf.identity(state) for state in states]
        outputs = self._outputs(x, training=True)
        with tf.GradientTape() as tape:
            tape.watch(outputs)
            loss = self._loss(x, y, outputs, weights, training=True)
            scaled = self.network.optimizer.scale_loss(loss)
        of_outputs = tape.gradient(scaled, outputs, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        # What was dropped out before is to be dropped out again.
        for state, value in zip(states, before, strict=True):
            state.assign(value)
        trained = self.network.trainable_weights
        self.network.optimizer.apply_gradients(zip(self._gradients(x, of_outputs, trained), trained, strict=True))
        return self._metrics(x, y, outputs, weights)

    def test_step(self, data: Any) -> Mapping[str, Any]:
        """What Keras' own does."""
        x, y, weights = keras.utils.unpack_x_y_sample_weight(data)
        outputs = self._outputs(x, training=False)
        self._loss(x, y, outputs, weights, training=False)
        return self._metrics(x, y, outputs, weights)

    def _outputs(self, x: Any, training: bool) -> Any:
        """The network's outputs for all rows of a batch."""
        signature = tf.nest.map_structure(
            lambda output: tf.TensorSpec([self.num_rows, *output.shape[1:]], output.dtype), self.network.output
        )
        outputs = tf.map_fn(
            lambda rows: self.network(rows, training=training),
            self._in_passes(x),
            parallel_iterations=1,
            fn_output_signature=signature,
        )
        num_rows = _num_rows(x)
        return tf.nest.map_structure(lambda values: _joined(values)[:num_rows], outputs)

    def _gradients(self, x: Any, of_outputs: Any, trained: list[Any]) -> list[Any]:
        """The gradients of weights, from those of all outputs; None for weights that no output depends on."""
        is_used = [False] * len(trained)

        def added(sums: list[Any], rows_and_gradients: Any) -> list[Any]:
            rows, gradients = rows_and_gradients
            with tf.GradientTape() as tape:
                outputs = self.network(rows, training=True)
            found = tape.gradient(outputs, trained, output_gradients=gradients)
            is_used[:] = [each is not None for each in found]
            return [
                total if each is None else total + tf.convert_to_tensor(each)
                for total, each in zip(sums, found, strict=True)
            ]

        zeros = [tf.zeros(weight.shape, weight.dtype) for weight in trained]
        passes = (self._in_passes(x), self._in_passes(of_outputs, is_repeated=False))
        sums = tf.foldl(added, passes, zeros, parallel_iterations=1)
        return [total if used else None for total, used in zip(sums, is_used, strict=True)]

    def _in_passes(self, rows: Any, is_repeated: bool = True) -> Any:
        """Cuts arrays [batch, ...] into [passes, rows, ...]; the last is filled up with the last row, or with zeros."""
        num_rows = _num_rows(rows)
        num_passes = -(-num_rows // self.num_rows)
        places = tf.range(num_passes * self.num_rows)

        def cut(values: tf.Tensor) -> tf.Tensor:
            filled = tf.gather(values, tf.minimum(places, num_rows - 1))
            if not is_repeated:
                is_row = tf.reshape(places < num_rows, [-1] + [1] * (values.shape.rank - 1))
                filled = tf.where(is_row, filled, tf.zeros_like(filled))
            cut_shape = tf.concat([[num_passes, self.num_rows], tf.shape(values)[1:]], axis=0)
            return tf.ensure_shape(tf.reshape(filled, cut_shape), [None, self.num_rows, *values.shape[1:]])

        return tf.nest.map_structure(cut, rows)

    def _loss(self, x: Any, y: Any, outputs: Any, weights: Any, training: bool) -> Any:
        """The loss of a batch, which is counted."""
        loss = self.network.compute_loss(x=x, y=y, y_pred=outputs, sample_weight=weights, training=training)
        self.network._loss_tracker.update_state(unscale_loss_for_distribution(loss), sample_weight=_num_rows(x))
        return loss

    def _metrics(self, x: Any, y: Any, outputs: Any, weights: Any) -> Mapping[str, Any]:
        metrics: Mapping[str, Any] = self.network.compute_metrics(x, y, outputs, sample_weight=weights)
        return metrics


def _num_rows(rows: Any) -> tf.Tensor:
    return tf.shape(tf.nest.flatten(rows)[0])[0]


def _joined(values: tf.Tensor) -> tf.Tensor:
    """From [passes, rows, ...] to [passes * rows, ...]."""
    return tf.reshape(values, tf.concat([[-1], tf.shape(values)[2:]], axis=0))
