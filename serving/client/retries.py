"""When a request is made again, and after what wait.

The loop is ours, and not gRPC's own retry policy: that ends after 5 attempts, repeats no request that is larger than
its buffer, and knows nothing of REST. One loop serves both, so that they behave alike; it is too short for a library.
"""

import dataclasses
import random
import time
from collections.abc import Callable
from typing import TypeVar

from serving.client.errors import UnavailableError

Answer = TypeVar("Answer")


@dataclasses.dataclass(frozen=True)
class Retries:
    """How often a request that met no server, or one with too much to do, is made again.

    Predictions change nothing, so that repeating one does no harm. Refusals and missed deadlines are final.

    Attributes:
        max_attempts: All attempts, the first one included.
        first_wait_seconds: The longest wait after the first attempt; it doubles with each.
        max_wait_seconds: The longest wait of all.
    """

    max_attempts: int = 6
    first_wait_seconds: float = 0.2
    max_wait_seconds: float = 5.0

    def wait_seconds(self, num_failed: int) -> float:
        """A random wait, so that clients that failed together do not come back together.

        Args:
            num_failed: Attempts that failed so far, at least 1.
        """
        longest = min(self.max_wait_seconds, self.first_wait_seconds * 2.0 ** min(num_failed - 1, 60))
        # Never nothing: that would be a second attempt at the same moment.
        return random.uniform(longest / 2, longest)  # noqa: S311 (no secret)


NO_RETRIES = Retries(max_attempts=1)


def with_retries(attempt: Callable[[float], Answer], retries: Retries, deadline_seconds: float) -> Answer:
    """Makes attempts until one succeeds.

    Args:
        attempt: Makes the request; takes the seconds that are left.
        retries: How often, and after what waits.
        deadline_seconds: How long all of it may take.

    Raises:
        UnavailableError: The last attempt found no server, or there is no time for another one.
    """
    end = time.monotonic() + deadline_seconds
    num_failed = 0
    while True:
        try:
            return attempt(end - time.monotonic())
        except UnavailableError:
            num_failed += 1
            wait = retries.wait_seconds(num_failed)
            if num_failed >= retries.max_attempts or time.monotonic() + wait >= end:
                raise
            time.sleep(wait)
