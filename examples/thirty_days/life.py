"""One life of a shop's model, by the commands that a user has."""

import datetime
import pathlib
import re
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from examples.thirty_days.commands import CommandError, Commands
from examples.thirty_days.day import Day, Share
from examples.thirty_days.disk import forget_logs, mebibytes
from examples.thirty_days.messages import messages_of
from examples.thirty_days.plan import Plan
from examples.thirty_days.service import Service
from examples.thirty_days.ticket import Ticket, read_tickets, write_tickets

HERE = pathlib.Path(__file__).parent
CONFIG, NAME = "tickets.yaml", "tickets"

_DRIFT = 4
_IN_SERVICE = re.compile(r"^bertline: version (\d+) of \S+ is in service", re.MULTILINE)
_KEPT_RUNS = 2


class Life:
    """A folder with a config, its data, its runs and its models."""

    def __init__(self, folder: pathlib.Path, plan: Plan) -> None:
        """Names the folder; `days` sets it up.

        Args:
            folder: A new one, or one whose days are to go on.
            plan: What is planted when.
        """
        self._folder, self._plan = folder, plan
        self._commands = Commands(folder, folder / "transcript.txt")
        self._messages = messages_of(plan, read_tickets(HERE.parent / "data" / "tickets.csv"))
        self._version = 0

    def days(self, lived: Sequence[Day] = ()) -> Iterator[Day]:
        """Lives, and tells each day when it is over.

        Args:
            lived: The days that are over.
        """
        if lived:
            self._version = self._in_service()
        else:
            self._begin()
        with Service(self._folder, CONFIG, NAME) as service:
            for number, tickets in enumerate(self._messages.by_day, start=1):
                if number > len(lived):
                    yield self._live(number, tickets, service)

    def _begin(self) -> None:
        """The first model, of messages that people had labelled before: 6 of 10 train, 2 choose, 2 judge."""
        self._folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / CONFIG, self._folder)
        before = self._messages.before
        day = self._folder / "learnt" / self._plan.date(0)
        tenths = len(before) // 10
        write_tickets(day / "train.csv", before[: 6 * tenths])
        write_tickets(day / "eval.csv", before[6 * tenths : 8 * tenths])
        write_tickets(self._folder / "judged" / "today.csv", before[8 * tenths :])
        self._run()

    def _live(self, number: int, tickets: Sequence[Ticket], service: Service) -> Day:
        # The log knows whole seconds: what was asked yesterday is not to be in the first one.
        time.sleep(1)
        began, at = time.monotonic(), datetime.datetime.now().astimezone().isoformat(timespec="seconds")
        service.wait_for(self._version)
        came = [service.answer(ticket.message) for ticket in tickets]
        comparison = self._monitor(at)
        self._import_labels(number, tickets)
        after = None
        if self._run():
            service.wait_for(self._version)
            after = _right([service.answer(ticket.message) for ticket in tickets], tickets)
        self._commands.call("clean", CONFIG, "--keep", str(_KEPT_RUNS))
        forget_logs(self._folder / "logs", at)
        return Day(
            number=number,
            rows=len(tickets),
            decided=comparison["is_decided"],
            drift=tuple(comparison["drifted"]),
            new_topic=_recognised(self._plan.topic, came, tickets),
            before=_right(came, tickets),
            after=after,
            version=self._version,
            mebibytes=mebibytes(self._folder),
            seconds=time.monotonic() - began,
        )

    def _in_service(self) -> int:
        """The version that answers; a night that was stopped may have promoted it."""
        _, versions = self._commands.json("models", CONFIG)
        return next(one["version"] for one in versions if one["in_service"])

    def _monitor(self, since: str) -> Mapping[str, Any]:
        """What came since a moment, compared with what the model was made of."""
        code, report = self._commands.json("monitor", CONFIG, "--since", since, codes=(0, _DRIFT))
        comparison: Mapping[str, Any] = report["comparison"]
        if bool(comparison["drifted"]) != (code == _DRIFT):
            raise CommandError(f"monitor ends with {code}, and finds {comparison['drifted'] or 'no drift'}")
        return comparison

    def _import_labels(self, number: int, tickets: Sequence[Ticket]) -> None:
        """People have labelled what came: today's judge, yesterday's are learnt from.

        A new topic cannot be judged on its first day, when nobody has learnt of it: its rows are rejected, which tells
        the people that it is new. From the next day on they let it in.
        """
        labels = self._folder / "labels" / f"{self._plan.date(number)}.csv"
        write_tickets(labels, tickets)
        today = self._folder / "judged" / "today.csv"
        today.unlink(missing_ok=True)
        known = number > self._plan.topic_day
        self._import(labels, "--output", str(today), *(["--allow-new-labels"] if known else []))
        span = self._plan.date(number - 1)
        # Day 0 is there from the beginning; so is what a life that was stopped had imported.
        if not (self._folder / "learnt" / span).exists():
            self._import(labels.with_name(f"{span}.csv"), "--span", span, "--allow-new-labels")

    def _import(self, labels: pathlib.Path, *options: str) -> None:
        self._commands.call("feedback", "import", CONFIG, str(labels), *options)

    def _run(self) -> bool:
        """The night: `bertline run`, and whether it put a model into service."""
        _, printed = self._commands.call("run", CONFIG)
        if found := _IN_SERVICE.search(printed):
            self._version = int(found[1])
            return True
        return False


def _right(answers: Sequence[str], tickets: Sequence[Ticket]) -> Share:
    pairs = zip(answers, tickets, strict=True)
    return Share(sum(answer == ticket.topic for answer, ticket in pairs), len(tickets))


def _recognised(topic: str, answers: Sequence[str], tickets: Sequence[Ticket]) -> Share:
    given = [answer for answer, ticket in zip(answers, tickets, strict=True) if ticket.topic == topic]
    return Share(given.count(topic), len(given))
