"""Which requests are about equally long: a batch costs its rows times its longest row."""

import bisect
from collections.abc import Mapping, Sequence

import numpy as np


def length_bucket(feeds: Mapping[str, np.ndarray], limits: Sequence[int]) -> int:
    """The number of the bucket that a request belongs to.

    A row is as long as its texts together, for a pair is read as one; a request is as long as its longest row. Bytes
    are counted, which costs next to nothing and grows with the number of pieces in any language.

    Args:
        feeds: The request's tensors by name.
        limits: The largest length in bytes of each bucket but the last, in ascending order.

    Returns:
        0 to `len(limits)`; 0 where the request is not of texts, one or several for each row.
    """
    arrays = list(feeds.values())
    if not limits or not all(array.dtype.hasobject and array.ndim == 1 for array in arrays):
        return 0
    longest = max(sum(map(len, row)) for row in zip(*arrays, strict=True))
    return bisect.bisect_left(limits, longest)
