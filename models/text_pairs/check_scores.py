"""Whether a train split says which pairs belong together."""

from collections.abc import Iterable

import numpy as np

from models.user_error import UserError


def check_scores(blocks: Iterable[np.ndarray], positive_score: float | None) -> None:
    """Checks that the scores of the train split go with the config.

    Args:
        blocks: Scores, float [n]; NaN for pairs without one, which belong together.
        positive_score: The score from which on the others do.

    Raises:
        UserError: There are scores, and the config does not say what they mean; or no pair belongs together.
    """
    scores = np.concatenate([np.zeros(0), *blocks])
    known = scores[~np.isnan(scores)]
    if not len(known):
        return
    spread = f"from {known.min():g} to {known.max():g}"
    if positive_score is None:
        raise UserError(
            f"the train split has scores, {spread}: say from which one on two texts belong together, as "
            "task_options.positive_score"
        )
    if len(known) == len(scores) and known.max() < np.float32(positive_score):
        raise UserError(
            f"no pair of the train split belongs together: its scores go {spread}, and task_options.positive_score is "
            f"{positive_score:g}; lower it"
        )
