"""Sums over the guesses of rows, added up by TFMA over all rows and by slice."""

import math
import pathlib
from collections.abc import Callable
from typing import Any

import pytest
import tensorflow as tf

from models.export.description import ModelDescription
from models.tasks.interface.chosen_task import ChosenTask

TASK = ChosenTask("masked_lm")
TEXTS = ["a", "bb", "cccc", "dddddd", "e", "ff"]
ROWS = [
    {"text": text, "text_pair": "x", "relation": relation, "channel": channel}
    for text, relation, channel in zip(TEXTS, ["next", "random"] * 3, ["mail", "mail", "chat"] * 2, strict=True)
]


class LengthModel(tf.Module):
    """Has as many guesses as the text has characters, each of a loss of half the text's length; tells every `next`."""

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def answer(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        spec = {name: tf.io.FixedLenFeature([], tf.string) for name in ("text", "relation")}
        row = tf.io.parse_example(examples, spec)
        count = tf.cast(tf.strings.length(row["text"]), tf.float32)
        hits = tf.cast(row["relation"] == "next", tf.float32)
        return {
            "mlm_loss": count * count / 2,
            "mlm_hits": tf.ones_like(count),
            "mlm_count": count,
            "nsp_hits": hits,
            "nsp_count": tf.ones_like(hits),
        }


@pytest.fixture
def model(tmp_path: pathlib.Path) -> pathlib.Path:
    folder = tmp_path / "candidate" / "Format-Serving"
    module = LengthModel()
    tf.saved_model.save(module, str(folder), signatures={"evaluate_examples": module.answer})
    ModelDescription(TASK, (), "tiny", 8).write(str(folder))
    return folder


def test_every_guess_counts_the_same(model: pathlib.Path, evaluate: Callable[..., Any]) -> None:
    thresholds = [{"metric": "perplexity", "at_most": 10}, {"metric": "masked_accuracy", "at_least": 0.9}]
    done = evaluate(ROWS, model, chosen_task=TASK, slices=["channel"], thresholds=thresholds, split="eval")
    by_slice = {part.slice.get("channel", ""): part.candidate for part in done.verdict.metrics}
    for channel, values in by_slice.items():
        texts = [row["text"] for row in ROWS if channel in ("", row["channel"])]
        number = sum(map(len, texts))
        assert values["perplexity"] == pytest.approx(math.exp(sum(len(text) ** 2 / 2 for text in texts) / number))
        assert values["masked_accuracy"] == pytest.approx(len(texts) / number)
        assert values["example_count"] == len(texts)
    assert by_slice[""]["next_sentence_accuracy"] == 0.5
    assert set(by_slice) == {"", "mail", "chat"}
    assert [result.passed for result in done.verdict.thresholds] == [True, False]
