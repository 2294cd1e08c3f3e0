"""The module that is exported: the transform graph, the network and their signatures."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import keras
import tensorflow as tf
import tensorflow_transform as tft

from models.export.in_parts import in_parts
from models.lean.network import lean_network
from models.network_inputs import network_inputs
from models.tasks.interface.batch import Request
from models.tasks.interface.facts import Facts
from models.tasks.interface.signature import Signature
from models.tasks.interface.task import Task
from models.tokenisation.text_encoder import TextEncoder

NETWORK_INPUTS = ("token_ids", "segment_ids", "padding_mask")


class Servable(tf.Module):
    """Answers raw texts, serialized tf.Examples and token ids, all through one network."""

    def __init__(
        self,
        task: Task,
        facts: Facts,
        network: keras.Model,
        transform_output: tft.TFTransformOutput,
        encoder: TextEncoder,
    ) -> None:
        """Tracks all that the signatures need.

        Args:
            task: Owns the answers.
            facts: What the task knows of the data.
            network: The trained network.
            transform_output: Transform's output, whose graph tokenises here exactly as it did for training.
            encoder: Packs rows, where the task does so after that graph.
        """
        super().__init__(name="servable")
        self._task, self._facts, self._encoder = task, facts, encoder
        served = lean_network(task.served_network(network, facts), is_final=True)
        # What functions hold is not tracked: of Keras' variables Keras exports copies, and what a server's session
        # restores are the copies alone. All signatures share one graph of the network for each form of its inputs.
        self._network: Any = functools.partial(_graph(functools.partial(served, training=False), reduce_retracing=True))
        self._variables_of_network = functools.partial(_variables, served)
        transform_layer = transform_output.transform_features_layer()
        # Its tables and assets are tracked, the layer is not: that would be traced once more, for nobody.
        self._transform_resources = tf.train.TrackableView.children(transform_layer)
        self._transform: Any = functools.partial(transform_layer)
        self._raw_shapes = {
            name: [-1, *spec.shape]
            for name, spec in transform_output.raw_feature_spec().items()
            if isinstance(spec, tf.io.FixedLenFeature)
        }

    def answers_of_texts(
        self, texts: Mapping[str, tf.Tensor], signature: str = "serving_default"
    ) -> dict[str, tf.Tensor]:
        """The task's answers for raw texts, string [batch] by text column, as a signature gives them."""
        raw = {name: tf.reshape(text, self._raw_shapes[name]) for name, text in texts.items()}
        packed = self._transform(raw)
        rows = self._task.windows(packed, self._encoder)
        inputs = self._task.serving_inputs(network_inputs(rows), self._facts, signature)
        outputs = self._outputs(inputs)
        return self._task.answers_to(outputs, Request(packed, rows, texts, inputs, signature), self._facts)

    def answers_of_tokens(self, inputs: Mapping[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        """The task's answers for `NETWORK_INPUTS`, int32 [batch, length] each."""
        inputs = self._task.serving_inputs(inputs, self._facts, "serve_tokens")
        return self._task.answers(self._network(dict(inputs)), self._facts)

    def signatures(self) -> dict[str, Any]:
        """All signatures as concrete functions, by name."""
        on_texts = {name: self._on_texts(name, signature) for name, signature in self._task.signatures().items()}
        functions = {**on_texts, "serve_tokens": self._serve_tokens()}
        # TensorFlow's own variables, and those alone that a signature reads; its graph has them in no order.
        read = {id(variable) for function in functions.values() for variable in function.graph.variables}
        self._network_variables = [each for each in self._variables_of_network() if id(each) in read]
        return functions

    def _on_texts(self, name: str, signature: Signature) -> Any:
        def answered(**inputs: tf.Tensor) -> dict[str, tf.Tensor]:
            if signature.input_name:
                spec = {name: tf.io.FixedLenFeature([], tf.string) for name in signature.columns}
                inputs = tf.io.parse_example(inputs[signature.input_name], spec)
            first = next(iter(inputs.values()))
            empty = {column: tf.zeros_like(first) for column in signature.empty_columns}
            answers = self.answers_of_texts({**inputs, **empty}, name)
            return {signature.output_names.get(name, name): answers[name] for name in signature.answers or answers}

        names = (signature.input_name,) if signature.input_name else signature.columns
        specs = {name: tf.TensorSpec([None], tf.string, name=name) for name in names}
        return _graph(answered).get_concrete_function(**specs)

    def _serve_tokens(self) -> Any:
        specs = {name: tf.TensorSpec([None, None], tf.int32, name=name) for name in NETWORK_INPUTS}
        return _graph(lambda **inputs: self.answers_of_tokens(inputs)).get_concrete_function(**specs)

    def _outputs(self, inputs: Mapping[str, tf.Tensor]) -> Any:
        def network(part: Mapping[str, tf.Tensor]) -> Any:
            return self._network(dict(part))

        return in_parts(network, inputs) if self._task.cuts_windows else network(inputs)


def _variables(network: keras.Model) -> list[tf.Variable]:
    return [variable.value for variable in network.variables]


def _graph(function: Callable[..., Any], **options: Any) -> Any:
    # AutoGraph reads source files again while it traces, hours after they were imported: not for plain tensor code.
    return tf.function(function, autograph=False, **options)
