import numpy as np
import pytest

from models.text_pairs.check_scores import check_scores
from models.user_error import UserError

NAN = float("nan")


@pytest.mark.parametrize(
    ("scores", "positive_score"),
    [
        ([NAN, NAN], None),
        ([NAN, NAN], 4.0),
        ([0.0, 1.0], 1.0),
        ([0.0, NAN], 1.0),
        # Examples store float32, in which 0.7 is less.
        ([0.1, 0.7], 0.7),
    ],
)
def test_splits_that_can_be_trained_on(scores: list[float], positive_score: float | None) -> None:
    check_scores([np.array([part], "float32") for part in scores], positive_score)


@pytest.mark.parametrize(
    ("scores", "positive_score", "message"),
    [
        ([1.5, NAN, 4.0], None, "has scores, from 1.5 to 4: say .* as task_options.positive_score"),
        ([1.5, 4.0], 4.5, "no pair of the train split belongs together: its scores go from 1.5 to 4, .* is 4.5"),
    ],
)
def test_faults_are_named(scores: list[float], positive_score: float | None, message: str) -> None:
    with pytest.raises(UserError, match=message):
        check_scores([np.array(scores, "float32")], positive_score)
