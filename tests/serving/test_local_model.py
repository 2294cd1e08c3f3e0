import pathlib
import random

from serving.local_model import LocalModel


def test_answers_are_in_the_order_of_the_rows(tmp_path: pathlib.Path) -> None:
    import tensorflow as tf

    text = tf.TensorSpec([None], tf.string, name="text")
    other = tf.TensorSpec([None], tf.string, name="other")

    @tf.function(input_signature=[text, other])
    def answer(text: tf.Tensor, other: tf.Tensor) -> dict[str, tf.Tensor]:
        return {
            "both": text + "/" + other,
            "length": tf.strings.length(text),
            "parts": tf.stack([text, other], axis=1),
        }

    module = tf.Module()
    module.answer = answer
    tf.saved_model.save(module, str(tmp_path / "model"), signatures={"serving_default": answer})
    numbers = random.Random(3)
    rows = [{"text": f"{number}{'x' * numbers.randrange(50)}", "other": "ü" * (number % 7)} for number in range(200)]
    assert LocalModel(str(tmp_path / "model")).answer(rows) == [
        {
            "both": f"{row['text']}/{row['other']}",
            "length": len(row["text"]),
            "parts": [row["text"], row["other"]],
        }
        for row in rows
    ]
    assert LocalModel(str(tmp_path / "model")).answer([]) == []
