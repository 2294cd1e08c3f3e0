"""How strange a text is for a model, by how rare its word pieces are in the texts that the model was trained on."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from pipeline.monitoring.row_facts import TextFacts


def strangeness(reference: Sequence[TextFacts], served: Sequence[TextFacts]) -> tuple[np.ndarray, np.ndarray]:
    """The mean inverse document frequency of the different pieces of each text, in nats.

    A reference text is scored by the others, without itself: otherwise all that was served would seem stranger.

    Args:
        reference: Texts that the model was trained on.
        served: Texts that it was asked.

    Returns:
        A number for each text; 0 for one without pieces.
    """
    rows = Counter(piece for text in reference for piece in text.pieces)
    own = np.array([_mean_idf(text, rows, len(reference) - 1, counted=1) for text in reference])
    return own, np.array([_mean_idf(text, rows, len(reference), counted=0) for text in served])


def _mean_idf(text: TextFacts, rows: Counter[int], num_rows: int, counted: int) -> float:
    if not text.pieces:
        return 0.0
    frequencies = np.array([rows[piece] - counted for piece in text.pieces])
    # Half a row for pieces that no text has.
    return float(np.log((num_rows + 1) / (frequencies + 0.5)).mean())
