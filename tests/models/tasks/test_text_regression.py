from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from models.tasks.interface.contract import RowError
from models.tasks.interface.facts import Facts
from models.tasks.text_regression import TextRegression
from models.tokenisation.vocabulary import Vocabulary
from models.user_error import UserError

PAIRS = TextRegression(None, ["text_pair"])


def test_rows_have_their_texts_and_a_number() -> None:
    row = {"text": "a", "text_pair": "b", "score": " 4.5 "}
    assert PAIRS.parse_row(row) == {"text": b"a", "text_pair": b"b", "score": 4.5}
    assert TextRegression().parse_row(row) == {"text": b"a", "score": 4.5}
    assert [(feature.name, feature.kind) for feature in PAIRS.features()] == [
        ("text", "string"),
        ("text_pair", "string"),
        ("score", "number"),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"text": "a", "score": 1}, "text_pair is missing"),
        ({"text": "a", "text_pair": "", "score": 1}, "text_pair is empty"),
        ({"text": "a", "text_pair": "b"}, "score is missing"),
        ({"text": "a", "text_pair": "b", "score": "NaN"}, "score is not finite"),
    ],
)
def test_unusable_rows_say_why(row: dict[str, Any], reason: str) -> None:
    with pytest.raises(RowError, match=reason):
        PAIRS.parse_row(row)


def _facts() -> Facts:
    return Facts(Vocabulary(("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"), lowercase=True))


def test_the_network_learns_another_scale_than_is_served() -> None:
    scores = tf.constant([100.0, 104.0, 108.0])
    facts = _facts().with_numbers(PAIRS.measure([{"score": scores[:1]}, {"score": scores[1:]}], _facts()))
    batch = PAIRS.training_batch({"score": scores}, {}, facts, tf.constant([0, 0]))
    assert batch.targets.shape == (3, 1)
    assert float(tf.reduce_mean(batch.targets)) == pytest.approx(0, abs=1e-6)
    assert float(tf.math.reduce_std(batch.targets)) == pytest.approx(1)
    np.testing.assert_allclose(PAIRS.answers(batch.targets, facts)["score"], scores, rtol=1e-6)


def test_equal_scores_are_told() -> None:
    with pytest.raises(UserError, match=r"every row of the split train has the score 3\.5"):
        PAIRS.measure([{"score": tf.constant([3.5, 3.5])}], _facts())


@pytest.mark.parametrize(
    ("score", "shown"), [(4.96875, "4.96875"), (0.00012345678, "0.000123457"), (123456.7, "123457")]
)
def test_lines_show_any_range(score: float, shown: str) -> None:
    assert PAIRS.answer_line({"text": "a", "text_pair": "b"}, {"score": score}) == f"{shown}\ta\tb"
