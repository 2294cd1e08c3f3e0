"""The module that is exported: the transform graph, the network and their signatures."""

from collections.abc import Callable, Mapping
from typing import Any

import keras
import tensorflow as tf
import tensorflow_transform as tft

from models.network_inputs import network_inputs
from models.tasks.task import Task

NETWORK_INPUTS = ("token_ids", "segment_ids", "padding_mask")


class Servable(tf.Module):
    """Answers raw texts, serialized tf.Examples and token ids, all through one network."""

    def __init__(
        self, task: Task, labels: tuple[str, ...], network: keras.Model, transform_output: tft.TFTransformOutput
    ) -> None:
        """Tracks all that the signatures need.

        Args:
            task: Owns the answers.
            labels: The label vocabulary.
            network: The trained network.
            transform_output: Transform's output, whose graph tokenises here exactly as it did for training.
        """
        super().__init__(name="servable")
        self._task, self._labels = task, labels
        # Keras models are not tf.Modules: their variables are tracked by name of their own.
        self._network = network
        self._network_variables = list(network.variables)
        self._transform_layer = transform_output.transform_features_layer()
        self._raw_shapes = {
            name: [-1, *spec.shape]
            for name, spec in transform_output.raw_feature_spec().items()
            if isinstance(spec, tf.io.FixedLenFeature)
        }

    def answers_of_texts(self, texts: Mapping[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        """The task's answers for raw texts, string [batch] by text column."""
        raw = {name: tf.reshape(text, self._raw_shapes[name]) for name, text in texts.items()}
        return self.answers_of_tokens(network_inputs(self._transform_layer(raw)))

    def answers_of_examples(self, serialized: tf.Tensor) -> dict[str, tf.Tensor]:
        """The task's answers for serialized tf.Examples, string [batch], of which only the text columns are read."""
        spec = {name: tf.io.FixedLenFeature([], tf.string) for name in self._task.text_columns()}
        return self.answers_of_texts(tf.io.parse_example(serialized, spec))

    def answers_of_tokens(self, inputs: Mapping[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        """The task's answers for `NETWORK_INPUTS`, int32 [batch, length] each."""
        return self._task.answers(self._network(dict(inputs), training=False), self._labels)

    def signatures(self) -> dict[str, Any]:
        """All signatures as concrete functions, by name."""
        return {
            "serving_default": self._serving_default(),
            "serve_examples": self._serve_examples(),
            "serve_tokens": self._serve_tokens(),
            **{name: self._example_signature(answers) for name, answers in self._task.example_signatures().items()},
        }

    def _serving_default(self) -> Any:
        specs = {name: tf.TensorSpec([None], tf.string, name=name) for name in self._task.text_columns()}
        return _graph(lambda **texts: self.answers_of_texts(texts)).get_concrete_function(**specs)

    def _serve_examples(self) -> Any:
        spec = tf.TensorSpec([None], tf.string, name="examples")
        return _graph(self.answers_of_examples).get_concrete_function(spec)

    def _serve_tokens(self) -> Any:
        specs = {name: tf.TensorSpec([None, None], tf.int32, name=name) for name in NETWORK_INPUTS}
        return _graph(lambda **inputs: self.answers_of_tokens(inputs)).get_concrete_function(**specs)

    def _example_signature(self, names: tuple[str, ...]) -> Any:
        def chosen_answers(inputs: tf.Tensor) -> dict[str, tf.Tensor]:
            answers = self.answers_of_examples(inputs)
            return {name: answers[name] for name in names}

        return _graph(chosen_answers).get_concrete_function(tf.TensorSpec([None], tf.string, name="inputs"))


def _graph(function: Callable[..., Any]) -> Any:
    # AutoGraph reads source files again while it traces, hours after they were imported: not for plain tensor code.
    return tf.function(function, autograph=False)
