"""One labelled message, and files of them."""

import csv
import pathlib
from collections.abc import Iterable
from typing import NamedTuple


class Ticket(NamedTuple):
    """A row of `examples/data/tickets.csv`."""

    message: str
    topic: str
    channel: str


def read_tickets(path: pathlib.Path) -> list[Ticket]:
    """All rows of a file, in its order."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Ticket(**row) for row in csv.DictReader(file)]


def write_tickets(path: pathlib.Path, tickets: Iterable[Ticket]) -> None:
    """Writes a file, and the folder that it is in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(Ticket._fields)
        rows.writerows(tickets)
