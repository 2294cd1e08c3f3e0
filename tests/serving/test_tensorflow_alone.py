"""TensorFlow without Keras runs models with a tokeniser, and Keras can be imported afterwards."""

import pathlib
import subprocess
import sys

import tensorflow as tf
import tensorflow_text as tf_text

_PROGRAM = """
import sys
from serving.tensorflow_alone import import_tensorflow_alone

import_tensorflow_alone()
from serving.local_model import LocalModel

model = LocalModel(sys.argv[1])
print(model.answer([{"text": "to be or not"}, {"text": "be"}]))
print([name for name in ("keras", "tf_keras", "tensorflow_text") if name in sys.modules])

import keras, tensorflow as tf, tensorflow_text

print(tensorflow_text.WhitespaceTokenizer().tokenize(["not to be"]).to_list())
print([kind(2)(tf.ones([1, 3])).shape[1] for kind in (keras.layers.Dense, tf.keras.layers.Dense)])
"""


class _CountsWords(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="text")])
    def count(self, text: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"words": tf_text.WhitespaceTokenizer().tokenize(text).row_lengths()}


def test_a_model_is_run_without_keras_which_comes_when_it_is_wanted(tmp_path: pathlib.Path) -> None:
    module = _CountsWords()
    tf.saved_model.save(module, str(tmp_path), signatures={"serving_default": module.count})
    command = [sys.executable, "-c", _PROGRAM, str(tmp_path)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    assert said == ["[{'words': 4}, {'words': 1}]", "[]", "[[b'not', b'to', b'be']]", "[2, 2]"]
