"""What is planted when."""

import dataclasses
import datetime

_FIRST_DAY = datetime.date(2026, 3, 1)


@dataclasses.dataclass(frozen=True)
class Plan:
    """A life.

    Attributes:
        days: How long it lasts.
        drift_day: The day from which the messages are others.
        topic_day: The day on which a new topic comes up.
        topic: That topic; no message before has it.
        rows: Messages a day, of topics that are known from the beginning.
        new_rows: Messages of the new topic a day, once it is there.
    """

    days: int = 30
    drift_day: int = 12
    topic_day: int = 20
    topic: str = "cancellation"
    rows: int = 24
    new_rows: int = 12

    def date(self, day: int) -> str:
        """A day's date; the shop has labelled messages of day 0, before the service began."""
        return (_FIRST_DAY + datetime.timedelta(days=day - 1)).isoformat()
