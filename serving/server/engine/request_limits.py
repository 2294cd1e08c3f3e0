"""How much one request may ask of a model, whichever way it came."""

import dataclasses
from collections.abc import Iterable

import numpy as np

from serving.server.serving_error import invalid_argument


@dataclasses.dataclass(frozen=True)
class RequestLimits:
    """What is refused before the graph runs; 0 is no limit.

    Attributes:
        max_rows: Rows of one request: its strings, or the first dimension of tensors that have others.
        max_text_bytes: Bytes of one string: a text, or a serialized Example.
    """

    max_rows: int = 0
    max_text_bytes: int = 0

    def check(self, tensors: Iterable[np.ndarray]) -> None:
        """Looks at what a request feeds.

        Raises:
            ServingError: It is too much.
        """
        for tensor in tensors:
            rows = _num_rows(tensor)
            if self.max_rows and rows > self.max_rows:
                raise invalid_argument(
                    f"the request has {rows} rows, more than the {self.max_rows} that --max_rows_per_request allows"
                )
            if self.max_text_bytes and tensor.dtype == np.object_:
                longest = max(map(len, tensor.flat), default=0)
                if longest > self.max_text_bytes:
                    raise invalid_argument(
                        f"a text of the request has {longest} bytes, more than the {self.max_text_bytes} that "
                        "--max_text_bytes allows"
                    )


def _num_rows(tensor: np.ndarray) -> int:
    # A vector of numbers may be one row of a model that is none of ours.
    if tensor.dtype == np.object_:
        return tensor.size
    return tensor.shape[0] if tensor.ndim > 1 else 1
