"""Which pieces of the vocabulary a training meets."""

import numpy as np

from models.training.training_data import TrainingData


def occurring_pieces(data: TrainingData) -> np.ndarray:
    """Looks at all batches of an epoch and of the validation split.

    Args:
        data: The rows.

    Returns:
        Ids, int64, ascending, each once.
    """
    occurs = np.zeros(0, bool)
    for batches in (data.train(0), data.validation):
        for batch in batches.map(lambda inputs, *_: inputs["token_ids"]):
            ids = batch.numpy()
            occurs = np.pad(occurs, (0, max(0, ids.max(initial=-1) + 1 - len(occurs))))
            occurs[ids] = True
    return np.flatnonzero(occurs)
