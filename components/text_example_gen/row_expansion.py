"""Makes examples of the accepted rows of a block: one each, or, for a task that expands rows, of many at once."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from components.text_example_gen.config import SplitName
from models.encoder_settings import EncoderSettings
from models.tasks.interface.contract import Features
from models.tasks.interface.task import Task

_MAX_WAITING_BYTES = 4 << 20
"""Text that is expanded at once: thousands of documents to draw from, in bounded memory. Where a run of rows ends
follows from the rows alone, so that a block that is converted again gives the same examples."""


class RowExpansion:
    """Makes examples of rows; holds back those of a task that expands rows until there are enough, by split."""

    def __init__(self, task: Task, encoder: EncoderSettings | None) -> None:
        """Holds nothing yet.

        Args:
            task: Says what an example is.
            encoder: What tokenises; needed by a task that expands rows.
        """
        self._task, self._encoder = task, encoder
        self._waiting: dict[SplitName, list[Features]] = defaultdict(list)
        self._num_bytes: Counter[SplitName] = Counter()

    def add(self, split: SplitName, features: Features) -> Iterable[Features]:
        """Returns the examples that a further row completes."""
        if not self._task.expands_rows:
            return (features,)
        self._waiting[split].append(features)
        self._num_bytes[split] += sum(len(value) for value in features.values() if isinstance(value, bytes))
        return self.rest(split) if self._num_bytes[split] >= _MAX_WAITING_BYTES else ()

    def rest(self, split: SplitName) -> Iterable[Features]:
        """Returns the examples of all rows of a split that wait."""
        rows = self._waiting.pop(split, [])
        self._num_bytes[split] = 0
        if not rows:
            return ()
        if self._encoder is None:
            raise ValueError(f"the task {self._task.name} expands rows, and the ingest has no encoder for it")
        return self._task.expand(rows, self._encoder.build())
