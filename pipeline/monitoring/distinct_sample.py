"""A sample of different texts in bounded memory, the same whatever order they come in."""

from typing import Generic, TypeVar

_Row = TypeVar("_Row")


class DistinctSample(Generic[_Row]):
    """Keeps the rows whose keys are lowest: keys are digests, so that this is a sample by chance of the different ones.

    Equal keys count once: a client that asks the same again and again, such as a probe, is no change of the world.
    """

    def __init__(self, size: int) -> None:
        """Keeps nothing yet.

        Args:
            size: How many rows are kept at most.
        """
        self._size = size
        self._rows: dict[str, _Row] = {}
        self._keys: set[bytes] = set()

    def add(self, key: str, row: _Row) -> None:
        """Takes a row; of equal keys the first is kept."""
        self._keys.add(bytes.fromhex(key))
        self._rows.setdefault(key, row)
        # Now and then, since sorting takes longer than adding.
        if len(self._rows) > 2 * self._size:
            self._rows = dict(self._lowest())

    @property
    def num_distinct(self) -> int:
        """How many different keys there were."""
        return len(self._keys)

    def rows(self) -> tuple[_Row, ...]:
        """The rows that are kept, in the order of their keys."""
        return tuple(row for _, row in self._lowest())

    def _lowest(self) -> list[tuple[str, _Row]]:
        return sorted(self._rows.items(), key=lambda item: item[0])[: self._size]
